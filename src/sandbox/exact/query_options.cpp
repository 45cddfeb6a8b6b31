#include "sandbox/exact/query_options.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "ports/http.h"
#include "sandbox/exact/odata_lexer.h"

namespace connector::sandbox::exact {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(trimmed(text.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

class OptionsParser {
 public:
  OptionsParser(const Resource& resource, const Administration& books) : resource_(resource), books_(books) {
    if (resource.table == TableId::none) return;
    const TableDefinition& table = table_definition(resource.table);
    if (table.lines != TableId::none) {
      lines_ = resource.type->find(table.lines_property);
      line_type_ = &table_definition(table.lines).type;
    }
  }

  QueryOptionsResult run(std::string_view query) {
    // The names come before the values that depend on them.
    const auto parameters = ports::parse_query(query);
    std::set<std::string> seen;
    for (const auto& [name, value] : parameters) {
      if (name.empty() || name[0] != '$') continue;
      if (!seen.insert(name).second)
        fail("Query parameter '" + name + "' is specified, but it should be specified exactly once.");
      if (name == "$orderby") order_by(value);
    }
    for (const auto& [name, value] : parameters) {
      if (name.empty() || name[0] != '$' || name == "$orderby") continue;
      if (name == "$select") {
        select(value);
      } else if (name == "$expand") {
        expand(value);
      } else if (name == "$filter") {
        filter(value);
      } else if (name == "$top") {
        result_.options.top = number(name, value);
      } else if (name == "$skip") {
        if (resource_.kind != Resource::Kind::plain) fail("The $skip parameter is not supported for this resource.");
        result_.options.skip = number(name, value);
      } else if (name == "$skiptoken") {
        skip_token(value);
      } else if (name == "$inlinecount") {
        if (value != "allpages" && value != "none")
          fail("Unknown $inlinecount option, only 'allpages' and 'none' are supported.");
        result_.options.count_all = value == "allpages";
      } else if (name != "$format") {
        fail("The query parameter '" + name + "' begins with a system-reserved '$' character but is not recognized.");
      }
    }
    finish_select();
    return std::move(result_);
  }

 private:
  void fail(std::string text) {
    if (result_.error.empty()) result_.error = std::move(text);
  }

  std::uint64_t number(const std::string& name, std::string_view text) {
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
      fail("Incorrect format for " + name + " argument '" + std::string(text) + "'.");
    }
    return value;
  }

  const Property* property(std::string_view name) {
    const Property* found = resource_.type->find(name);
    if (found == nullptr) {
      fail("Could not find a property named '" + std::string(name) + "' on type '" + resource_.type->name() + "'.");
    }
    return found;
  }

  void select(std::string_view text) {
    for (const std::string_view name : split(text, ',')) {
      if (name == "*") {
        star_ = true;
        continue;
      }
      const std::size_t slash = name.find('/');
      if (slash == std::string_view::npos) {
        if (const Property* found = property(name)) selected_.insert(found);
        continue;
      }
      const Property* collection = property(name.substr(0, slash));
      if (collection == nullptr) return;
      const std::string_view inner = name.substr(slash + 1);
      const Property* found = collection == lines_ ? line_type_->find(inner) : nullptr;
      if (found == nullptr && inner != "*") {
        fail("Could not find a property named '" + std::string(inner) + "' on type '" +
             (line_type_ != nullptr ? line_type_->name() : resource_.type->name()) + "'.");
        return;
      }
      selected_.insert(collection);
      if (found != nullptr) line_selected_.insert(found);
    }
    result_.options.select_all = false;
  }

  void finish_select() {
    QueryOptions& options = result_.options;
    if (star_) options.select_all = true;
    if (options.expand_lines) selected_.insert(lines_);
    if (!options.select_all) {
      for (const Property& candidate : resource_.type->properties()) {
        if (selected_.count(&candidate) != 0) options.select.push_back(&candidate);
      }
    }
    if (line_type_ != nullptr) {
      for (const Property& candidate : line_type_->properties()) {
        if (line_selected_.count(&candidate) != 0) options.line_select.push_back(&candidate);
      }
    }
  }

  void expand(std::string_view text) {
    for (const std::string_view name : split(text, ',')) {
      if (name.empty()) continue;
      const Property* found = property(name.substr(0, name.find('/')));
      if (found == nullptr) return;
      if (found->type != EdmType::collection) {
        fail("Can't expand '" + std::string(name) + "': only navigation properties can be expanded.");
      } else if (found == lines_) {
        result_.options.expand_lines = true;
      }
    }
  }

  void filter(const std::string& text) {
    FilterResult parsed = parse_filter(text, *resource_.type, books_);
    if (!parsed.error.empty()) return fail(std::move(parsed.error));
    result_.options.filter = std::move(parsed.expression);
    result_.options.filter_text = text;
  }

  void order_by(std::string_view text) {
    for (const std::string_view part : split(text, ',')) {
      const std::size_t blank = part.find(' ');
      const std::string_view direction = blank == std::string_view::npos ? "" : trimmed(part.substr(blank));
      if (!direction.empty() && direction != "asc" && direction != "desc") return fail("Syntax error in $orderby.");
      const Property* found = property(part.substr(0, blank));
      if (found == nullptr) return;
      if (found->type == EdmType::collection) return fail("Syntax error in $orderby.");
      result_.options.order_by.push_back(Ordering{found, direction == "desc"});
    }
  }

  void skip_token(std::string_view text) {
    LexerResult lexed = tokenize(text);
    QueryOptions& options = result_.options;
    options.skip_token_texts.reserve(lexed.tokens.size());
    for (Token& token : lexed.tokens) {
      if (token.kind != Token::Kind::literal) continue;
      if (token.is_text) {
        options.skip_token_texts.push_back(std::move(token.text));
        options.skip_token.push_back(Value::text(options.skip_token_texts.back()));
      } else {
        options.skip_token.push_back(books_.resolve(token.literal));
      }
    }
    if (!lexed.error.empty() || options.skip_token.size() != options.order_by.size() + 1) {
      fail("The skip token in the URI does not match the query.");
    }
  }

  const Resource& resource_;
  const Administration& books_;
  QueryOptionsResult result_;
  const Property* lines_ = nullptr;
  const EntityType* line_type_ = nullptr;
  std::set<const Property*> selected_;
  std::set<const Property*> line_selected_;
  bool star_ = false;
};

}  // namespace

QueryOptionsResult parse_query_options(std::string_view query, const Resource& resource, const Administration& books) {
  return OptionsParser(resource, books).run(query);
}

std::string without_option(std::string_view query, std::string_view name) {
  std::string result;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty() || ports::percent_decode(part.substr(0, part.find('=')), true) == name) continue;
    if (!result.empty()) result += '&';
    result += part;
  }
  return result;
}

std::string literal(const Value& value, const Administration& books) {
  switch (value.kind()) {
    case Value::Kind::null:
      return "null";
    case Value::Kind::boolean:
      return value.as_boolean() ? "true" : "false";
    case Value::Kind::integer:
      return std::to_string(value.as_integer());
    case Value::Kind::decimal:
      return value.as_decimal().to_string();
    case Value::Kind::instant: {
      std::string text = domain::to_iso8601(value.as_instant());
      text.pop_back();
      return "datetime'" + text + "'";
    }
    case Value::Kind::reference:
      return "guid'" + to_string(books.guid(value.as_reference())) + "'";
    case Value::Kind::guid:
      return "guid'" + to_string(value.as_guid()) + "'";
    case Value::Kind::text: {
      std::string text = "'";
      for (const char character : value.as_text()) {
        text += character;
        if (character == '\'') text += character;
      }
      return text + "'";
    }
  }
  return "null";
}

}  // namespace connector::sandbox::exact
