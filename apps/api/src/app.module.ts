import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { Denials } from './audit/denials.js';
import { EndpointsController } from './endpoints/endpoints.controller.js';
import { EndpointsService } from './endpoints/endpoints.service.js';
import { EventsController } from './events/events.controller.js';
import { FeedbackController } from './feedback/feedback.controller.js';
import { AuthGuard } from './http/auth.guard.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { ProblemFilter } from './http/problem.filter.js';
import { SchemaPipe } from './http/schema.pipe.js';
import { TextPipe } from './http/text.pipe.js';
import { LineageController } from './lineage/lineage.controller.js';
import { LineageService } from './lineage/lineage.service.js';
import type { ApiPorts } from './ports.js';
import { ProjectRunsController } from './project-runs/project-runs.controller.js';
import { ProjectRunsService } from './project-runs/project-runs.service.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsService } from './projects/projects.service.js';
import { CardsController } from './registry/card/cards.controller.js';
import { CardsService } from './registry/card/cards.service.js';
import { RegisteredCardsService } from './registry/card/registered-cards.service.js';
import { VersionHistoryService } from './registry/card/version-history.service.js';
import { ComparisonsController } from './registry/comparisons.controller.js';
import { DatasetsController } from './registry/datasets.controller.js';
import { DatasetsService } from './registry/datasets.service.js';
import { ModelsController } from './registry/models.controller.js';
import { ModelsService } from './registry/models.service.js';
import { PackagesController } from './registry/packages.controller.js';
import { ReleaseNotesController } from './registry/release-notes.controller.js';
import { ReleaseNotesService } from './registry/release-notes.service.js';
import { VersionFactsService } from './registry/version-facts.service.js';
import { ApprovalsController } from './rollouts/approvals.controller.js';
import { Challengers } from './rollouts/challengers.js';
import { EvidenceController } from './rollouts/evidence.controller.js';
import { RolloutOrdersService } from './rollouts/rollout-orders.service.js';
import { RolloutStartsService } from './rollouts/rollout-starts.service.js';
import { RolloutsController } from './rollouts/rollouts.controller.js';
import { ServedProjects } from './rollouts/served-projects.js';
import { CancellingService } from './runs/cancelling.service.js';
import { CircumstancesController } from './runs/circumstances.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { TrainersController } from './runs/trainers.controller.js';
import { TrainingService } from './runs/training.service.js';
import { TrainingRequests } from './runs/training-requests.js';
import { SweepsController } from './sweeps/sweeps.controller.js';
import { SweepsService } from './sweeps/sweeps.service.js';
import { ApiDocument } from './system/api-document.js';
import { DocsController } from './system/docs.controller.js';
import { HealthController } from './system/health.controller.js';
import { tokens } from './tokens.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

const controllers = [
  ProjectsController,
  ProjectRunsController,
  RunsController,
  CircumstancesController,
  TrainersController,
  SweepsController,
  DatasetsController,
  ModelsController,
  PackagesController,
  LineageController,
  ComparisonsController,
  CardsController,
  ReleaseNotesController,
  EndpointsController,
  RolloutsController,
  EvidenceController,
  ApprovalsController,
  FeedbackController,
  EventsController,
  AuditController,
  ApiKeysController,
  WebhooksController,
  HealthController,
  DocsController,
];

/** Order matters to readers only: guards run before interceptors, those before pipes. */
const everyRoute: readonly Provider[] = [
  { provide: APP_GUARD, useClass: AuthGuard },
  { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  { provide: APP_PIPE, useClass: SchemaPipe },
  { provide: APP_PIPE, useClass: TextPipe },
  { provide: APP_FILTER, useClass: ProblemFilter },
];

const services = [
  ProjectsService,
  TrainingRequests,
  TrainingService,
  CancellingService,
  ProjectRunsService,
  SweepsService,
  DatasetsService,
  ModelsService,
  LineageService,
  VersionFactsService,
  VersionHistoryService,
  ReleaseNotesService,
  CardsService,
  RegisteredCardsService,
  EndpointsService,
  ServedProjects,
  Challengers,
  RolloutStartsService,
  RolloutOrdersService,
  ApiDocument,
];

@Module({})
export class AppModule {
  /** The application over `ports`, which Nest hands out under the symbols of `tokens`; `denials` serves MLflow's API too. */
  static over(ports: ApiPorts, denials: Denials): DynamicModule {
    const provided = Object.entries(tokens).map(([name, token]) => ({
      provide: token,
      useValue: ports[name as keyof ApiPorts],
    }));
    return {
      module: AppModule,
      controllers,
      providers: [...provided, { provide: Denials, useValue: denials }, ...everyRoute, ...services],
    };
  }
}
