/* Glyphs (engine/synth/glyph.h) that are not digits, written for this program. */
#ifndef DP_ENGINE_SYNTH_LETTERS_H
#define DP_ENGINE_SYNTH_LETTERS_H

/* Both lists end with NULL. Letters that are drawn like digits are left out. */
extern const char *const dp_letters[];
extern const char *const dp_symbols[];

#endif
