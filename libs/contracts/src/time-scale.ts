/**
 * Memo key under which a workflow carries the factor on its activities' time-outs. Tests that kill processes set it
 * below 1 so that a lost attempt is noticed soon; a workflow hands it on to its children.
 */
export const timeScaleMemo = 'laurelTimeScale';
