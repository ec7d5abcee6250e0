export { type Admission, type AdmissionInput, admit } from './admit.js';
