#include "ports/call_failure.h"

#include <fmt/format.h>
#include <cctype>

namespace connector::ports {

using domain::Cause;

namespace {

constexpr std::size_t longest_text = 300;

bool is_address_character(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return std::isalnum(byte) != 0 || character == '.' || character == '_' || character == '-' || character == '+' ||
         character == '%';
}

std::string without_addresses(std::string_view text) {
  std::string masked;
  std::size_t done = 0;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', done)) {
    std::size_t begin = at;
    while (begin > done && is_address_character(text[begin - 1])) --begin;
    std::size_t end = at + 1;
    while (end < text.size() && is_address_character(text[end])) ++end;
    if (begin == at || end == at + 1) {
      masked.append(text.substr(done, at + 1 - done));
      done = at + 1;
      continue;
    }
    masked.append(text.substr(done, begin - done));
    masked.append("[e-mail]");
    done = end;
  }
  masked.append(text.substr(done));
  return masked;
}

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte <= 0x20 || byte == 0x7f) {
      if (!line.empty() && line.back() != ' ') line.push_back(' ');
    } else {
      line.push_back(character);
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

void shorten(std::string& text) {
  if (text.size() <= longest_text) return;
  std::size_t end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text.append("...");
}

Cause cause_of(TransportFailure::Kind kind) {
  switch (kind) {
    case TransportFailure::Kind::plain_http_refused:
      return Cause::bad_input;
    case TransportFailure::Kind::too_large:
    case TransportFailure::Kind::malformed:
      return Cause::malformed_response;
    case TransportFailure::Kind::too_late_to_send:
      return Cause::fenced;
    case TransportFailure::Kind::cancelled:
      return Cause::cancelled;
    case TransportFailure::Kind::could_not_connect:
    case TransportFailure::Kind::tls_refused:
    case TransportFailure::Kind::timed_out:
    case TransportFailure::Kind::connection_lost:
      break;
  }
  return Cause::api_outage;
}

}  // namespace

std::string remote_words(std::string_view text) {
  // Masking comes before shortening, so that no half of an address is left at the cut.
  constexpr std::size_t longest_input = 16'384;
  std::string words = without_addresses(on_one_line(text.substr(0, longest_input)));
  shorten(words);
  return words;
}

CallFailure from_transport_failure(const TransportFailure& failure, CallKind kind, std::string_view remote,
                                   std::string correlation_id) {
  CallFailure result;
  result.correlation_id = std::move(correlation_id);
  result.may_have_had_effect = kind == CallKind::write && failure.may_have_arrived;
  Cause cause = cause_of(failure.kind);
  if (result.may_have_had_effect && cause == Cause::api_outage) cause = Cause::unclear_outcome;
  result.error = {cause, fmt::format("{} gave no usable answer: {}", remote, failure.message)};
  return result;
}

}  // namespace connector::ports
