#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "json/value.h"

namespace connector::json {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int deepest = 512;
constexpr std::size_t small_object = 16;
// A parser keeps memory for the largest text it has seen: only those for small texts are kept.
constexpr std::size_t small_text = 256UL << 10U;

std::string_view trim(std::string_view text) {
  static constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view::size_type digits_from(std::string_view text, std::size_t position) {
  const auto end = text.find_first_not_of("0123456789", position);
  return (end == std::string_view::npos ? text.size() : end) - position;
}

bool is_number(std::string_view text) {
  std::size_t position = text.starts_with('-') ? 1 : 0;
  const auto whole = digits_from(text, position);
  if (whole == 0 || (whole > 1 && text[position] == '0')) return false;
  position += whole;
  if (position < text.size() && text[position] == '.') {
    const auto fraction = digits_from(text, ++position);
    if (fraction == 0) return false;
    position += fraction;
  }
  if (position < text.size() && (text[position] == 'e' || text[position] == 'E')) {
    ++position;
    if (position < text.size() && (text[position] == '+' || text[position] == '-')) ++position;
    const auto exponent = digits_from(text, position);
    if (exponent == 0) return false;
    position += exponent;
  }
  return position == text.size();
}

/// The members of an object while they are read, in order of first appearance; a repeated name replaces the value.
class Members {
 public:
  explicit Members(Object& members) : members_(members) {}

  /// Where the value of `name` belongs; valid until the next call.
  Value& place(std::string_view name) {
    if (members_.size() > small_object) {
      for (std::size_t i = positions_.size(); i < members_.size(); ++i) positions_.emplace(members_[i].first, i);
      if (const auto found = positions_.find(std::string(name)); found != positions_.end()) {
        return members_[found->second].second;
      }
    } else {
      for (auto& [known, value] : members_) {
        if (known == name) return value;
      }
    }
    if (members_.empty()) members_.reserve(8);
    return members_.emplace_back(std::piecewise_construct, std::forward_as_tuple(name), std::forward_as_tuple()).second;
  }

 private:
  Object& members_;
  std::unordered_map<std::string, std::size_t> positions_;  ///< of large objects alone
};

/// Of the members that are kept; all without.
using Names = std::optional<std::span<const std::string_view>>;

class Reader {
 public:
  explicit Reader(const Names& names) : names_(names) {}

  /// simdjson's error code, or SUCCESS with `result` filled.
  simdjson::error_code read(ondemand::value source, int depth, Value& result) {
    ondemand::json_type type{};
    if (const auto error = source.type().get(type)) return error;
    const bool container = type == ondemand::json_type::object || type == ondemand::json_type::array;
    if (container && depth > deepest) return simdjson::DEPTH_ERROR;
    switch (type) {
      case ondemand::json_type::object:
        return read_object(source, depth, result);
      case ondemand::json_type::array:
        return read_array(source, depth, result);
      case ondemand::json_type::string: {
        std::string_view text;
        if (const auto error = source.get_string().get(text)) return error;
        result = text;
        return simdjson::SUCCESS;
      }
      default:
        return read_scalar(source, result);
    }
  }

 private:
  simdjson::error_code read_object(ondemand::value source, int depth, Value& result) {
    ondemand::object object;
    if (const auto error = source.get_object().get(object)) return error;
    result = Object{};
    Members members(*result.mutable_object());
    for (auto found : object) {
      ondemand::field field;
      if (const auto error = std::move(found).get(field)) return error;
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      if (names_ && std::find(names_->begin(), names_->end(), name) == names_->end()) continue;
      if (const auto error = read(field.value(), depth + 1, members.place(name))) return error;
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code read_array(ondemand::value source, int depth, Value& result) {
    ondemand::array array;
    if (const auto error = source.get_array().get(array)) return error;
    result = Array{};
    Array& elements = *result.mutable_array();
    for (auto found : array) {
      ondemand::value element;
      if (const auto error = found.get(element)) return error;
      if (const auto error = read(element, depth + 1, elements.emplace_back())) return error;
    }
    return simdjson::SUCCESS;
  }

  static simdjson::error_code read_scalar(ondemand::value source, Value& result) {
    const auto token = trim(source.raw_json_token());
    if (token == "true" || token == "false") {
      result = token == "true";
    } else if (token == "null") {
      result = nullptr;
    } else if (is_number(token)) {
      result = Number{std::string(token)};
    } else {
      return simdjson::NUMBER_ERROR;
    }
    return simdjson::SUCCESS;
  }

  const Names& names_;
};

std::string describe(simdjson::error_code code) {
  switch (code) {
    case simdjson::UTF8_ERROR:
      return "invalid UTF-8";
    case simdjson::DEPTH_ERROR:
      return fmt::format("nested deeper than {} levels", deepest);
    case simdjson::CAPACITY:
      return "too large";
    case simdjson::MEMALLOC:
      return "not enough memory";
    default:
      return simdjson::error_message(code);
  }
}

domain::Result<Value> parse_with(ondemand::parser& parser, std::string_view text, const Names& names) {
  // A bare scalar is read as the only element of an array: simdjson treats roots differently.
  const bool wrapped = !text.starts_with('{') && !text.starts_with('[');
  const char closing = text.starts_with('{') ? '}' : ']';
  const auto failed = [wrapped, &text](simdjson::error_code code, std::size_t position) {
    position = std::min(position - (wrapped && position > 0 ? 1 : 0), text.size());
    return domain::fail(domain::Cause::malformed_response,
                        fmt::format("invalid JSON at byte {}: {}", position, describe(code)));
  };
  const simdjson::padded_string padded =
      wrapped ? simdjson::padded_string(fmt::format("[{}]", text)) : simdjson::padded_string(text);
  // The reader never runs past the end because the last token closes the root.
  if (!wrapped && !text.ends_with(closing)) return failed(simdjson::INCOMPLETE_ARRAY_OR_OBJECT, text.size());
  ondemand::document document;
  if (const auto error = parser.iterate(padded).get(document)) return failed(error, 0);
  const auto position = [&document, &padded]() -> std::size_t {
    const char* location = nullptr;
    if (document.current_location().get(location) != simdjson::SUCCESS || location < padded.data()) {
      return padded.size();
    }
    return static_cast<std::size_t>(location - padded.data());
  };
  ondemand::value root;
  if (const auto error = document.get_value().get(root)) return failed(error, position());
  Value result;
  if (const auto error = Reader(names).read(root, wrapped ? 0 : 1, result)) return failed(error, position());
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return failed(simdjson::TRAILING_CONTENT, position());
  }
  if (!wrapped) return result;
  if (result.size() != 1) return failed(simdjson::TAPE_ERROR, 1);
  return std::move(result.mutable_array()->front());
}

domain::Result<Value> parse_kept(std::string_view text, const Names& names) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = trim(text);
  if (text.size() > small_text) {
    ondemand::parser parser;
    return parse_with(parser, text, names);
  }
  thread_local ondemand::parser parser;
  return parse_with(parser, text, names);
}

}  // namespace

domain::Result<Value> parse(std::string_view text) { return parse_kept(text, std::nullopt); }

domain::Result<Value> parse_members(std::string_view text, std::span<const std::string_view> names) {
  return parse_kept(text, names);
}

}  // namespace connector::json
