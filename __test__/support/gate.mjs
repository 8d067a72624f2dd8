// A shell for --shell: a name, and a password that nobody may see.

export default async (session) => {
  const name = await session.question('Name: ')
  const password = await session.question('Password: ', { hidden: true })
  await session.question(`${name} has a password of ${password?.length} letters. `)
}
