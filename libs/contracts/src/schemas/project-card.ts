import { z } from 'zod';
import { proseText } from './prose-text.js';

/** Longest text of a section, in characters. */
const longestSection = 8_000;

const section = (description: string) => proseText(longestSection).exactOptional().meta({ description });

/** `spec.card`: what only people know about a model. */
export const cardSchema = z
  .strictObject({
    intendedUse: section('What the model is for and who uses it.'),
    outOfScope: section('What it must not be used for.'),
    limitations: section('Where it is known to be weak, and what to do about it.'),
    ethics: section('Whom it may harm, and how that was weighed.'),
    contact: proseText(500).exactOptional().meta({ description: 'Whom to ask.' }),
    licence: proseText(200).exactOptional().meta({ description: 'An SPDX identifier, or a name.' }),
  })
  .meta({ id: 'Card', description: 'For the model card. Plain text; lines that begin with "- " are a list.' });
