#pragma once

// SpanDSP's codecs and tones: somebody else's reading of the same standards.

#include <spandsp.h>
