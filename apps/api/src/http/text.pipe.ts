import { unstorableText } from '@laurel/contracts/schemas';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { invalidInput } from './problem.js';

/** Refuses texts that Postgres could not keep, wherever they stand in what a request says. Error: `InvalidInput`. */
@Injectable()
export class TextPipe implements PipeTransform {
  transform(value: unknown, { data }: ArgumentMetadata): unknown {
    const found = unstorableText(value);
    if (found === undefined) return value;
    const path = [...(data === undefined ? [] : [data]), ...found.path];
    throw invalidInput([{ path, message: `must not hold ${found.holds}` }]);
  }
}
