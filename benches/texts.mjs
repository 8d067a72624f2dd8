// The texts that are decoded: about a megabyte each in its character set, made by iconv-lite, since ours is what is measured.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'

const ENGLISH = 'The lamp is lit, and somebody has left a map on the table: north, a corridor; east, a locked door.\r\n'
const GERMAN = 'Über den Dächern von Köln läuten Glocken, süß und schön; “grüß Gott”, sagt der Wirt für 5 €.\r\n'
const RUSSIAN = 'На столе горит лампа, рядом лежит карта: на севере коридор, на востоке запертая дверь.\r\n'
const JAPANESE = '机の上にランプが灯り、誰かが地図を置いて行った。北には廊下、東には鍵のかかった扉がある。\r\n'
const CHINESE = '桌上的灯亮着，有人在这里留下了一张地图：北面是走廊，东面是一扇锁着的门。\r\n'
const TAIWANESE = '桌上的燈亮著，有人在這裡留下了一張地圖：北面是走廊，東面是一扇鎖著的門。\r\n'
const KOREAN = '탁자 위에 등불이 켜져 있고, 누군가 지도를 두고 갔다. 북쪽은 복도, 동쪽은 잠긴 문이다.\r\n'
const ART =
  '\x1b[1;34m╔══════════════════════╗\x1b[0m ░▒▓█ \x1b[33m»Bulletins«\x1b[0m ▄▀▄▀ \x1b[32m[1] Mail  [2] Files\x1b[0m\r\n'

/** By the name of their benchmark: the set, whether `TextDecoder` knows it, and the lines. */
export const texts = {
  'utf8-ascii': { set: 'utf8', isOnTheWeb: true, lines: [ENGLISH] },
  'utf8-mixed': { set: 'utf8', isOnTheWeb: true, lines: [ENGLISH, GERMAN, RUSSIAN, JAPANESE, ENGLISH, KOREAN] },
  latin1: { set: 'iso-8859-1', isOnTheWeb: false, lines: [GERMAN.replace(/[“”€]/g, '-')] },
  cp437: { set: 'cp437', isOnTheWeb: false, lines: [ART, ENGLISH] },
  cp1252: { set: 'windows-1252', isOnTheWeb: true, lines: [GERMAN] },
  koi8r: { set: 'koi8-r', isOnTheWeb: true, lines: [RUSSIAN] },
  sjis: { set: 'shift_jis', isOnTheWeb: true, lines: [JAPANESE] },
  gbk: { set: 'gbk', isOnTheWeb: true, lines: [CHINESE] },
  big5: { set: 'big5', isOnTheWeb: true, lines: [TAIWANESE] },
  euckr: { set: 'euc-kr', isOnTheWeb: true, lines: [KOREAN] },
}

const SIZE = 1_000_000

/** The path of a file with the text of that name; it is written when first it is asked for. */
export function textFile(name) {
  const { set, lines } = texts[name]
  const folder = join(tmpdir(), 'telnetkit-bench')
  const path = join(folder, `${name}.txt`)
  if (existsSync(path)) return path
  const bytes = iconv.encode(lines.join(''), set)
  if (bytes.includes(255)) throw new Error(`${name}: a 255 in the text would be Telnet's`)
  const once = bytes.length * Math.ceil(SIZE / bytes.length)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, Buffer.alloc(once, bytes))
  return path
}
