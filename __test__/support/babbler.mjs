// A shell that says more than anybody reads: as fast as it may, and then, where that is held back, once more than it may.

export default async (session) => {
  const much = Buffer.alloc(50_000, 'x')
  while (session.write(much)) await new Promise(setImmediate)
  session.write(Buffer.alloc(500_000, 'x'))
  await new Promise((resolve) => session.once('close', resolve))
}
