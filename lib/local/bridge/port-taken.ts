/**
 * Makes of a server's failure to listen an error that names the port and the variable that chooses another.
 * @throws what it is given, where it is something else.
 */
export function portTaken(
  variable: 'PORT' | 'MAUTIC_PORT' | 'SHOP_PORT',
  port: number,
): (error: unknown) => never {
  const remedy = `set ${variable} to another one, or end what listens there`;
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new Error(`Port ${String(port)} is taken: ${remedy}.`, { cause: error });
    if (code === 'EACCES')
      throw new Error(`Port ${String(port)} may not be used: ${remedy}.`, { cause: error });
    throw error;
  };
}
