#include "store/postgres/statement_text.h"

#include <algorithm>

namespace connector::store::postgres {

namespace {

constexpr std::string_view index_hint = "INDEXED BY ";

bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_letter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
}

/// A sum has its left side right before it; a hint has a blank or a bracket.
bool is_column_hint(std::string_view sql, std::size_t at) {
  return at > 0 && at + 1 < sql.size() && (sql[at - 1] == ' ' || sql[at - 1] == '(') && is_letter(sql[at + 1]);
}

}  // namespace

std::string statement_text(std::string_view sql) {
  std::string text;
  int highest = 0;
  for (std::size_t at = 0; at < sql.size();) {
    const char character = sql[at];
    if (character == '\'' || character == '"') {
      const auto end = std::min(sql.find(character, at + 1), sql.size() - 1);
      text += sql.substr(at, end + 1 - at);
      at = end + 1;
    } else if (character == '?') {
      auto end = ++at;
      while (end < sql.size() && is_digit(sql[end])) ++end;
      const int number = end == at ? highest + 1 : std::stoi(std::string(sql.substr(at, end - at)));
      highest = std::max(highest, number);
      text += '$' + std::to_string(number);
      at = end;
    } else if (character == '+' && is_column_hint(sql, at)) {
      ++at;
    } else if (sql.substr(at).starts_with(index_hint)) {
      at += index_hint.size();
      while (at < sql.size() && (is_letter(sql[at]) || is_digit(sql[at]))) ++at;
    } else {
      text += character;
      ++at;
    }
  }
  return text;
}

}  // namespace connector::store::postgres
