#include "app/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace connector::app {
namespace {

/// One line of a cell; compact JSON for arrays and objects.
std::string cell_text(const json::Value& cell) {
  if (cell.is_null()) return "-";
  std::string text = cell.is_array() || cell.is_object() ? json::write(cell) : cell.text_or("");
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.empty() ? "-" : printable(text);
}

std::string amount_text(const json::Value& cell) {
  auto amount = cell.decimal();
  if (!amount) return cell_text(cell);
  return amount->rounded(2) == *amount ? amount->to_fixed(2) : amount->to_string();
}

/// Characters as a terminal counts them, taking each code point for one.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

void append_row(std::string& text, const std::vector<Column>& columns, const std::vector<std::string>& cells,
                const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::string blanks(widths[i] - width_of(cells[i]), ' ');
    line += i == 0 ? "" : "  ";
    line += columns[i].align_right ? blanks + cells[i] : cells[i] + blanks;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + '\n';
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) c = '?';
  }
  // C1 controls are two bytes in UTF-8, and terminals obey them as well.
  for (std::size_t at = result.find('\xc2'); at != std::string::npos; at = result.find('\xc2', at + 1)) {
    if (at + 1 < result.size() && static_cast<unsigned char>(result[at + 1]) < 0xa0) result.replace(at, 2, "?");
  }
  return result;
}

std::string text_of(const Table& table) {
  if (table.rows.empty()) return "(none)\n";
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : table.columns) lines[0].push_back(column.heading);
  for (const std::vector<json::Value>& row : table.rows) {
    std::vector<std::string>& cells = lines.emplace_back();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const json::Value cell = i < row.size() ? row[i] : json::Value();
      cells.push_back(table.columns[i].is_amount ? amount_text(cell) : cell_text(cell));
    }
  }
  std::vector<std::size_t> widths(table.columns.size());
  for (const std::vector<std::string>& cells : lines) {
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], width_of(cells[i]));
  }
  std::string text;
  for (const std::vector<std::string>& cells : lines) append_row(text, table.columns, cells, widths);
  return text;
}

void Output::result(const json::Value& json, std::string_view text) {
  has_result_ = true;
  if (is_json()) {
    out_ << json::write_pretty(json) << '\n';
  } else {
    out_ << printable(text);
  }
  out_.flush();
}

void Output::line(const json::Value& json, std::string_view text) {
  has_result_ = true;
  out_ << (is_json() ? json::write(json) + '\n' : printable(text));
  out_.flush();
}

void Output::table(std::string_view name, const Table& table) {
  json::Value rows{json::Array{}};
  for (const std::vector<json::Value>& row : table.rows) {
    json::Object object;
    for (std::size_t i = 0; i < table.columns.size() && i < row.size(); ++i) {
      object.emplace_back(table.columns[i].name, row[i]);
    }
    rows.push_back(json::Value(std::move(object)));
  }
  json::Value document;
  document.set(name, std::move(rows));
  result(document, text_of(table));
}

void Output::object(const json::Value& object) {
  std::size_t width = 0;
  for (const auto& [name, value] : object.object()) width = std::max(width, width_of(name));
  std::string text;
  for (const auto& [name, value] : object.object()) {
    std::string heading = name + ":" + std::string(width - width_of(name) + 1, ' ');
    std::replace(heading.begin(), heading.end(), '_', ' ');
    text += heading + cell_text(value) + '\n';
  }
  result(object, text);
}

void Output::raw(std::string_view text) {
  has_result_ = true;
  out_ << text;
  out_.flush();
}

void Output::note(std::string_view text) {
  error_ << printable(text) << '\n';
  error_.flush();
}

void Output::problem(const domain::Error& error) {
  if (!problem_) problem_ = error;
  note(fmt::format("error: {}", error.message));
  bool own_words = error.cause == domain::Cause::bad_input || error.cause == domain::Cause::not_found;
  if (!own_words) note(fmt::format("{}: {}", domain::to_string(error.cause), domain::advice(error.cause)));
}

bool Output::is_closed() const { return !out_.good(); }

void Output::finish() {
  if (!is_json() || has_result_ || !problem_) return;
  json::Value described;
  described.set("cause", std::string(domain::to_string(problem_->cause)));
  described.set("message", problem_->message);
  described.set("advice", std::string(domain::advice(problem_->cause)));
  json::Value document;
  document.set("error", std::move(described));
  result(document, "");
}

}  // namespace connector::app
