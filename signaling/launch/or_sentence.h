#pragma once

// What a step of starting gives, or why the server cannot start: a sentence for whoever starts it,
// with a remedy.

#include <expected>
#include <string>

namespace parley {

template <class T>
using OrSentence = std::expected<T, std::string>;

}  // namespace parley
