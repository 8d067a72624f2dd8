// What telsh says, for those who test what becomes of it on the way.

export const GREETING = 'Ready. Here you see how your connection stands: type help, or quit to leave.'

/** What it says first to who speaks TLS 1.3. */
export const SECURE_GREETING = 'Ready (secure: TLSv1.3). Type help, or quit to leave.'

/** The lines of its `help`. */
export const HELP = [
  'help [command]       this list, or more about a command',
  'quit                 leave',
  'explain              why your connection is as it is',
  'writer               what your client and this server have agreed on',
  'slc                  your keys with a meaning (LINEMODE)',
  'linemode             who edits lines, where LINEMODE is on',
  'toggle [option|all]  show the options, or switch one on or off',
  'charset [name]       which character set is spoken, or speak another',
  'reader               how what you send is read',
  'proto                where you come from',
  'who                  who else is here',
  'dump [kb]            rows of slashes, to see how you take much output',
  'version              which telnetkit this is',
]
