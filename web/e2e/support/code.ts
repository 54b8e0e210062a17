// A number that survives a video codec: the picture of each test camera is a row of sixteen large
// black or white squares, 4 bits of who and 8 bits of which frame, with 4 bits of checksum.

export const SQUARES = 16;

export interface PictureCode {
  camera: number; // 0..15
  frame: number; // 0..255, wraps
}

function checksum(camera: number, frame: number): number {
  return (camera ^ (frame >> 4) ^ (frame & 15) ^ 0b1010) & 15;
}

// One boolean a square, true for white, most significant bit first.
export function encode({ camera, frame }: PictureCode): boolean[] {
  const word = (camera << 12) | (frame << 4) | checksum(camera, frame);
  return Array.from({ length: SQUARES }, (_, i) => ((word >> (SQUARES - 1 - i)) & 1) === 1);
}

// Nothing when the checksum does not fit: a torn or blurred picture.
export function decode(squares: readonly boolean[]): PictureCode | null {
  const word = squares.reduce((sum, white) => (sum << 1) | (white ? 1 : 0), 0);
  const code = { camera: word >> 12, frame: (word >> 4) & 255 };
  return squares.length === SQUARES && (word & 15) === checksum(code.camera, code.frame) ? code : null;
}
