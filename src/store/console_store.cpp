#include "store/console_store.h"

namespace connector::store {

ConsoleReader& console(Reader& reader) { return dynamic_cast<ConsoleReader&>(reader); }

ConsoleTransaction& console(Transaction& transaction) { return dynamic_cast<ConsoleTransaction&>(transaction); }

}  // namespace connector::store
