#include "sandbox/exact/json_answer.h"

#include "ports/http.h"

namespace connector::sandbox::exact {

void append_json_text(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto character = static_cast<unsigned char>(text[i]);
    if (character >= 0x20 && character != '"' && character != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    switch (character) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += hex[character >> 4U];
        out += hex[character & 15U];
    }
  }
  out.append(text.substr(plain));
  out += '"';
}

std::string error_body(std::string_view text) {
  std::string body = R"({"error":{"code":"","message":{"lang":"","value":)";
  append_json_text(body, text);
  return body + "}}}";
}

std::string EntityWriter::collection_uri(const Resource& resource) const {
  std::string uri = base_ + "/api/v1/";
  if (!resource.outside_division) uri += std::to_string(division_) + "/";
  return uri + resource.path;
}

std::string EntityWriter::entity_uri(const Resource& resource, RowNumber row) const {
  const EntityType& own = books_.table(resource.table).type();
  const Value key = books_.read(resource.table, row, own.properties()[*own.key()]);
  return collection_uri(resource) + "(" + literal(key, books_) + ")";
}

void EntityWriter::write_value(std::string& out, const Property& property, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      out += "null";
      return;
    case Value::Kind::boolean:
      if (property.type == EdmType::boolean) {
        out += value.as_boolean() ? "true" : "false";
      } else {
        out += value.as_boolean() ? "1" : "0";
      }
      return;
    case Value::Kind::integer: {
      if (property.type == EdmType::boolean) {
        out += value.as_integer() != 0 ? "true" : "false";
        return;
      }
      const bool quoted = property.type == EdmType::int64 && books_.switches().timestamps_as_text;
      if (quoted) out += '"';
      out += std::to_string(value.as_integer());
      if (quoted) out += '"';
      return;
    }
    case Value::Kind::decimal:
      out += value.as_decimal().to_string();
      return;
    case Value::Kind::instant:
      out += "\"/Date(";
      out += std::to_string(domain::to_epoch_milliseconds(value.as_instant()));
      out += ")/\"";
      return;
    case Value::Kind::reference:
    case Value::Kind::guid:
      out += '"';
      append_guid(out, value.kind() == Value::Kind::guid ? value.as_guid() : books_.guid(value.as_reference()));
      out += '"';
      return;
    case Value::Kind::text:
      append_json_text(out, value.as_text());
      return;
  }
}

void EntityWriter::write_lines(std::string& out, RowNumber row, const TableDefinition& document,
                               const Resource& resource, const std::vector<const Property*>& line_select) {
  const Resource& line_resource = resource_of(document.lines);
  const Table& lines = books_.table(document.lines);
  out += "{\"results\":[";
  std::size_t written = 0;
  RowNumber last = no_row;
  RowNumber line = books_.table(document.id).first_child(row);
  for (; line != no_row && written < line_resource.page_size(); line = lines.next_sibling(line)) {
    if (written++ != 0) out += ',';
    write_members(out, line_resource, line, line_select.empty() ? nullptr : &line_select, false, {}, true);
    last = line;
  }
  out += ']';
  if (line != no_row) {
    out += ",\"__next\":";
    const std::string token = literal(Value::reference(document.lines, last), books_);
    append_json_text(out, entity_uri(resource, row) + "/" + document.lines_property + "?$skiptoken=" + token);
  }
  out += '}';
}

void EntityWriter::write_members(std::string& out, const Resource& resource, RowNumber row,
                                 const std::vector<const Property*>* chosen, bool expand_lines,
                                 const std::vector<const Property*>& line_select, bool computed) {
  const Table& table = books_.table(resource.table);
  const TableDefinition& definition = table_definition(resource.table);
  std::vector<Value> stored;
  table.unpack(row, stored);
  const std::string uri = entity_uri(resource, row);
  out += "{\"__metadata\":{\"uri\":";
  append_json_text(out, uri);
  out += ",\"type\":";
  append_json_text(out, resource.type->name());
  out += '}';
  const auto write_one = [&](const Property& property) {
    out += ",\"";
    out += property.name;
    out += "\":";
    if (property.type == EdmType::collection) {
      if (property.source == Property::Source::children && expand_lines) {
        write_lines(out, row, definition, resource, line_select);
      } else {
        out += "{\"__deferred\":{\"uri\":";
        append_json_text(out, uri + "/" + property.name);
        out += "}}";
      }
      return;
    }
    if (!computed && !property.in_post && !property.is_key) {
      out += "null";
      return;
    }
    write_value(out, property,
                property.source == Property::Source::stored ? stored[property.origin]
                                                            : books_.read(resource.table, row, property));
  };
  if (chosen != nullptr) {
    for (const Property* property : *chosen) write_one(*property);
  } else {
    for (const Property& property : resource.type->properties()) write_one(property);
  }
  out += '}';
}

void EntityWriter::write(std::string& out, const Resource& resource, RowNumber row, const QueryOptions& options) {
  const std::int64_t every = books_.switches().deferred_every;
  const bool expand = options.expand_lines && (every == 0 || ++expanded_parents_ % every != 0);
  write_members(out, resource, row, options.select_all ? nullptr : &options.select, expand, options.line_select, true);
}

void EntityWriter::write_created(std::string& out, const Resource& resource, RowNumber row, bool computed,
                                 bool expand_lines) {
  write_members(out, resource, row, nullptr, expand_lines, {}, computed);
}

std::string EntityWriter::feed(const Resource& resource, const Page& page, const QueryOptions& options,
                               std::string_view path, std::string_view query) {
  std::string out = "{\"d\":{\"results\":[";
  bool first = true;
  for (const RowNumber row : page.rows) {
    if (!first) out += ',';
    first = false;
    write(out, resource, row, options);
  }
  out += ']';
  if (page.total) out += ",\"__count\":\"" + std::to_string(*page.total) + "\"";
  if (!page.next_token.empty()) {
    std::string next = without_option(without_option(query, "$skiptoken"), "$skip");
    if (page.next_top) {
      next = without_option(next, "$top");
      next += (next.empty() ? "$top=" : "&$top=") + std::to_string(*page.next_top);
    }
    if (!next.empty()) next += '&';
    next += "$skiptoken=" + ports::percent_encode(page.next_token);
    out += ",\"__next\":";
    append_json_text(out, base_ + std::string(path) + "?" + next);
  }
  return out + "}}";
}

}  // namespace connector::sandbox::exact
