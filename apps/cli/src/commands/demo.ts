import type { AddCommands } from '../context.js';

/** `demo`: loaded at need, because it brings its own drawing tools. */
export const addDemoCommand: AddCommands = (program) => {
  program
    .command('demo')
    .summary('see a whole life of a model on shipped data')
    .description('Train, roll out, break, roll back and report on the shipped churn data; its own options follow.')
    .argument('[arguments...]', 'options of the demo')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (rest: readonly string[]) => {
      const { runDemo } = await import('../demo/main.js');
      process.exitCode = await runDemo([...rest]);
    });
};
