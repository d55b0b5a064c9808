/** An error context: a message for people that travels with a failure. (CanonicalABI, "error-context") */
export class ErrorContext {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}
