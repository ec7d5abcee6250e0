import { LaurelError } from '@laurel/contracts';
import Negotiator from 'negotiator';

/** The media type of `offered` that the header Accept likes best; the first when it has none. Error: `NotAcceptable`. */
export function mediaTypeFor<Media extends string>(accept: string | undefined, offered: readonly Media[]): Media {
  const liked = new Negotiator({ headers: accept === undefined ? {} : { accept } }).mediaType([...offered]);
  const media = offered.find((type) => type === liked);
  if (media !== undefined) return media;
  throw new LaurelError('NotAcceptable', `This comes as ${offered.join(', ')}; ask for one of them in Accept.`);
}
