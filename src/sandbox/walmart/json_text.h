#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "domain/decimal.h"
#include "domain/time.h"
#include "json/value.h"

namespace connector::sandbox::walmart {

/// Appends JSON to a text as it goes along, without a tree in between; commas come by themselves.
class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  JsonText& open(char bracket) {
    separate();
    out_ += bracket;
    return *this;
  }
  JsonText& open(std::string_view name, char bracket) {
    key(name);
    out_ += bracket;
    return *this;
  }
  JsonText& close(char bracket) {
    out_ += bracket;
    return *this;
  }
  JsonText& key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return *this;
  }
  JsonText& text(std::string_view name, std::string_view value) {
    key(name);
    quoted(value);
    return *this;
  }
  JsonText& number(std::string_view name, std::int64_t value) {
    key(name);
    fmt::format_to(std::back_inserter(out_), FMT_STRING("{}"), value);
    return *this;
  }
  JsonText& time(std::string_view name, domain::UtcTime value) {
    return number(name, domain::to_epoch_milliseconds(value));
  }
  JsonText& amount(std::string_view name, domain::Decimal value) {
    key(name);
    out_ += value.to_string();
    return *this;
  }
  JsonText& flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
    return *this;
  }
  JsonText& null(std::string_view name) {
    key(name);
    out_ += "null";
    return *this;
  }
  JsonText& value(std::string_view name, const json::Value& value) {
    key(name);
    out_ += json::write(value);
    return *this;
  }
  JsonText& value(const json::Value& value) {
    separate();
    out_ += json::write(value);
    return *this;
  }

 private:
  void separate() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':' && last != ',') out_ += ',';
  }
  void quoted(std::string_view value) {
    out_ += '"';
    for (const char letter : value) {
      if (letter == '"' || letter == '\\') {
        out_ += '\\';
        out_ += letter;
      } else if (static_cast<unsigned char>(letter) < 0x20) {
        fmt::format_to(std::back_inserter(out_), FMT_STRING("\\u{:04x}"), static_cast<unsigned char>(letter));
      } else {
        out_ += letter;
      }
    }
    out_ += '"';
  }

  std::string& out_;
};

}  // namespace connector::sandbox::walmart
