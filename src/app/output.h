#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace connector::app {

enum class OutputFormat { text, json };

/// One column of a table: its JSON member and its heading for people.
struct Column {
  std::string name;
  std::string heading;
  bool align_right = false;  ///< for numbers
  bool is_amount = false;    ///< people see at least two decimals
};

/// Rows of cells in the order of the columns.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<json::Value>> rows;
};

/// Where a command's results and diagnostics go. Results are on `out` and are the only thing there: for people as lines
/// and tables, with --output json as one JSON document, also where a command failed. Control characters of foreign
/// texts never reach a terminal.
class Output {
 public:
  Output(std::ostream& out, std::ostream& error, OutputFormat format) : out_(out), error_(error), format_(format) {}

  OutputFormat format() const { return format_; }
  bool is_json() const { return format_ == OutputFormat::json; }

  /// A result: `json` for programs, `text` (whole lines) for people.
  void result(const json::Value& json, std::string_view text);
  /// One of many results that come as they are known: as `result`, but a line of its own for programs.
  void line(const json::Value& json, std::string_view text);
  /// A table for people; for programs {"<name>": [{column: cell, ...}, ...]}.
  void table(std::string_view name, const Table& table);
  /// Members of one object for people as "heading: value" lines; as the object itself for programs.
  void object(const json::Value& object);
  /// Text as it is, whatever the format: exported files.
  void raw(std::string_view text);
  /// A diagnostic line.
  void note(std::string_view text);
  /// "error: ..." and what to do about it, when the cause tells more than the message.
  void problem(const domain::Error& error);
  /// Results can no longer be written: whoever read them has left, or the disk is full.
  bool is_closed() const;
  /// To be called once, after the command: what failed before there was any result is the result for programs,
  /// {"error": {"cause", "message", "advice"}}.
  void finish();

 private:
  std::ostream& out_;
  std::ostream& error_;
  OutputFormat format_;
  bool has_result_ = false;
  std::optional<domain::Error> problem_;  ///< the first
};

/// The table as text, columns two spaces apart, without trailing blanks; "(none)" without rows.
std::string text_of(const Table& table);
/// `text` with control characters, but for line ends, replaced by "?".
std::string printable(std::string_view text);

}  // namespace connector::app
