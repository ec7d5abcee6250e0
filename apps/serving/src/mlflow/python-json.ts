import { JsonCursor, type Scalar } from '../json/json-cursor.js';

/** JSON as Python writes it: its NaN, which JSON does not have, is a missing value. */
class PythonJsonCursor extends JsonCursor {
  override scalar(): Scalar {
    if (this.peek() !== 0x4e || this.bytes.toString('latin1', this.at, this.at + 3) !== 'NaN') return super.scalar();
    this.at += 3;
    return null;
  }
}

/** A body that MLflow's own code wrote; it does not turn pandas' NaN into null. Errors: `InvalidInput`. */
export function readPythonJson(body: Buffer): unknown {
  const cursor = new PythonJsonCursor(body);
  const value = cursor.value();
  cursor.end();
  return value;
}
