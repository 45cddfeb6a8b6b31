#include <cstddef>

#include "json/value.h"

namespace connector::json {
namespace {

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) { text_.reserve(1024); }

  void write(const Value& value) {
    if (value.is_object()) {
      write_object(value.object());
    } else if (value.is_array()) {
      write_array(value.array());
    } else if (value.is_string()) {
      write_string(value.string());
    } else if (value.is_number()) {
      text_ += value.number_text();
    } else if (const auto truth = value.boolean()) {
      text_ += *truth ? "true" : "false";
    } else {
      text_ += "null";
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void write_object(const Object& members) {
    text_ += '{';
    ++depth_;
    bool first = true;
    for (const auto& [name, value] : members) {
      separate(first);
      write_string(name);
      text_ += pretty_ ? ": " : ":";
      write(value);
    }
    close('}', first);
  }

  void write_array(const Array& elements) {
    text_ += '[';
    ++depth_;
    bool first = true;
    for (const auto& element : elements) {
      separate(first);
      write(element);
    }
    close(']', first);
  }

  void separate(bool& first) {
    if (!first) text_ += ',';
    first = false;
    indent();
  }

  void close(char bracket, bool empty) {
    --depth_;
    if (!empty) indent();
    text_ += bracket;
  }

  void indent() {
    if (!pretty_) return;
    text_ += '\n';
    text_.append(depth_ * 2, ' ');
  }

  void write_string(std::string_view string) {
    static constexpr char digits[] = "0123456789abcdef";
    text_ += '"';
    std::size_t start = 0;
    for (std::size_t i = 0; i < string.size(); ++i) {
      const auto byte = static_cast<unsigned char>(string[i]);
      if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
      text_.append(string, start, i - start);
      start = i + 1;
      switch (byte) {
        case '"':
          text_ += "\\\"";
          break;
        case '\\':
          text_ += "\\\\";
          break;
        case '\n':
          text_ += "\\n";
          break;
        case '\r':
          text_ += "\\r";
          break;
        case '\t':
          text_ += "\\t";
          break;
        default:
          text_ += "\\u00";
          text_ += digits[byte >> 4U];
          text_ += digits[byte & 15U];
      }
    }
    text_.append(string, start, string.size() - start);
    text_ += '"';
  }

  bool pretty_;
  std::size_t depth_ = 0;
  std::string text_;
};

}  // namespace

std::string write(const Value& value) {
  Writer writer(false);
  writer.write(value);
  return writer.take();
}

std::string write_pretty(const Value& value) {
  Writer writer(true);
  writer.write(value);
  return writer.take();
}

}  // namespace connector::json
