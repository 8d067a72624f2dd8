// DEC's private modes and those that others have added, as DECRQM tells of them (xterm's control sequences, "CSI ? Pm $ p").

import type { JsonObject } from '../document.js'

/** What a terminal says of a mode. */
export interface Mode extends JsonObject {
  /** It has the mode, and it is not off for good. */
  readonly supported: boolean
  readonly changeable: boolean
  readonly enabled: boolean
  /** 0 unknown, 1 set, 2 reset, 3 set for good, 4 reset for good. */
  readonly value: number
}

export const SYNCHRONIZED_OUTPUT = 2_026
export const GRAPHEME_CLUSTERS = 2_027
export const CLIPBOARD_PASTE = 5_522

/**
 * Those which are hashed: focus (1004) and SGR mouse (1006) reports, bracketed paste (2004), synchronized output, grapheme
 * clusters, reports of colour palette (2031) and size (2048), paste of any kind (5522). Few people, and few programs that a
 * client is started from, leave them otherwise than they were.
 */
export const HASHED: readonly number[] = [
  ...[1_004, 1_006, 2_004, SYNCHRONIZED_OUTPUT, GRAPHEME_CLUSTERS, 2_031, 2_048, CLIPBOARD_PASTE],
]

/** Those which are asked about: DEC's own, xterm's mouse, screens and keys, and the above. */
export const MODES: readonly number[] = [
  ...[1, 3, 5, 6, 7, 8, 9, 12, 25, 40, 45, 47, 66, 67, 69, 80, 95],
  ...[1_000, 1_001, 1_002, 1_003, 1_005, 1_007, 1_015, 1_016, 1_034, 1_036, 1_039, 1_042, 1_047, 1_048, 1_049, 1_070],
  ...[8_452, 9_001],
  ...HASHED,
]

/** What a value of DECRPM means. */
export function modeFrom(value: number): Mode {
  return {
    supported: value >= 1 && value <= 3,
    changeable: value === 1 || value === 2,
    enabled: value === 1 || value === 3,
    value,
  }
}
