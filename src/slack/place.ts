/** Where a message goes. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
}
