/** An object of the API as what it is on the wire, plain data: the SDK declares its shapes as classes. */
export function plain<T extends object>(object: T): Pick<T, keyof T> {
  return object;
}
