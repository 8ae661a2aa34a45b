/** How a person types a command of the bridge: `commandLine('doctor')` is `npm run -s bridge -- doctor`. */
export function commandLine(command: string): string {
  return `npm run -s bridge -- ${command}`;
}
