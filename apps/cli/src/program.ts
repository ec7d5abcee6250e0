import { codeVersion } from '@laurel/contracts';
import { Command, Option } from 'commander';
import { addApprovalCommands } from './commands/approvals.js';
import { addAuditCommands } from './commands/audit.js';
import { addCardCommands } from './commands/card.js';
import { addCiCommand } from './commands/ci.js';
import { addDatasetCommands } from './commands/dataset.js';
import { addDemoCommand } from './commands/demo.js';
import { addFeedbackCommand } from './commands/feedback.js';
import { addImportCommands } from './commands/import.js';
import { addKeysCommands } from './commands/keys.js';
import { addLineageCommand } from './commands/lineage.js';
import { addLogsCommand } from './commands/logs.js';
import { addPackageCommands } from './commands/package.js';
import { addPredictCommand } from './commands/predict.js';
import { addProjectCommands } from './commands/project.js';
import { addReadCommands } from './commands/read.js';
import { addRolloutCommands } from './commands/rollout.js';
import { addRunCommand } from './commands/run.js';
import { addServeCommand } from './commands/serve.js';
import { addSimulateCommands } from './commands/simulate.js';
import { addStackCommands } from './commands/stack.js';
import { addSweepCommands } from './commands/sweep.js';
import { addTrainCommand } from './commands/train.js';
import { addWebhookCommands } from './commands/webhooks.js';
import type { AddCommands, Surroundings } from './context.js';
import { formats } from './output/printer.js';

/** Commands under the headings of the help, in the order of a first day. */
const chapters: readonly (readonly [heading: string, commands: readonly AddCommands[]])[] = [
  ['Installation:', [addStackCommands, addKeysCommands, addDemoCommand]],
  [
    'Models:',
    [
      addProjectCommands,
      addImportCommands,
      addCiCommand,
      addTrainCommand,
      addSweepCommands,
      addRunCommand,
      addServeCommand,
    ],
  ],
  [
    'Look:',
    [
      addReadCommands,
      addDatasetCommands,
      addLogsCommand,
      addCardCommands,
      addLineageCommand,
      addPackageCommands,
      addAuditCommands,
    ],
  ],
  [
    'Production:',
    [
      addRolloutCommands,
      addSimulateCommands,
      addApprovalCommands,
      addPredictCommand,
      addFeedbackCommand,
      addWebhookCommands,
    ],
  ],
];

const afterHelp = `
A first model:
  laurel up --detach
  laurel init churn --from-csv customers.csv --target churned
  laurel apply -f churn/laurel.yaml
  laurel train churn --wait
  laurel predict churn tenure=3

A project folder, tested as in CI:
  laurel ci churn --quick

A folder that MLflow runs:
  laurel run folder -P alpha=0.4 --wait

Any ONNX file, without the rest of Laurel:
  laurel serve --model model.onnx

Data goes to standard output, everything else to standard error.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused by a rule (a gate, a canary, a role, a conflict).
Environment: LAUREL_HOME, LAUREL_API_URL, LAUREL_API_KEY, LAUREL_SERVING_URL, NO_COLOR.
`;

/** The whole command line. It throws instead of ending the process. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('laurel')
    .description('Durable delivery of machine-learning models.')
    .version(codeVersion, '-V, --version', 'print the version')
    .addOption(new Option('-o, --output <format>', 'form of the data').choices(formats).default('table'))
    .option('--home <folder>', 'folder of state (default: LAUREL_HOME, else the nearest .laurel)')
    .addHelpCommand(new Command('help').argument('[command]').description('explain a command').helpGroup('Look:'))
    .showHelpAfterError('See laurel help, or laurel COMMAND --help.')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .addHelpText('after', afterHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.out.write(text),
      writeErr: (text) => surroundings.side.write(text),
    });
  for (const [heading, commands] of chapters) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, surroundings);
  }
  return program;
}
