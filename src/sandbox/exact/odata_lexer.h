#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exact/value.h"

namespace connector::sandbox::exact {

/// One token of an OData v3 expression.
struct Token {
  enum class Kind { name, literal, open, close, comma, end };
  Kind kind = Kind::end;
  std::size_t position = 0;
  std::string text;  ///< the name; for a text literal its content without quotes
  Value literal;     ///< text literals: null, the content is in `text`
  bool is_text = false;
};

/// Splits an expression; the error is a text for the 400 answer.
struct LexerResult {
  std::vector<Token> tokens;
  std::string error;
};
LexerResult tokenize(std::string_view expression);

}  // namespace connector::sandbox::exact
