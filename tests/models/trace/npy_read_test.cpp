#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/trace/npy.h"
#include "models/trace/npy_header.h"
#include "models/trace/trace.h"
#include "tests/models/trace/npy_bytes.h"
#include "tests/models/trace/temporary_folder.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// 1, 2 and -0.5 as the bytes of little-endian float32.
const std::string three_values("\x00\x00\x80\x3f\x00\x00\x00\x40\x00\x00\x00\xbf", 12);

class NpyRead : public TemporaryFolderTest {
 protected:
  Tensor read(const std::string& bytes) { return read_npy(write_file("A.npy", bytes)); }

  /// The reason for which a file of these bytes is refused. The message must be one line that
  /// begins with the file.
  std::string refusal(const std::string& bytes) { return refusal_of(write_file("A.npy", bytes)); }

  static std::string refusal_of(const std::filesystem::path& file) {
    const std::string prefix = file.string() + ": ";
    try {
      read_npy(file);
    } catch (const TraceError& error) {
      const std::string message = error.what();
      EXPECT_THAT(message, StartsWith(prefix));
      EXPECT_THAT(message, Not(HasSubstr("\n")));
      return message.substr(prefix.size());
    }
    return "nothing was refused";
  }

  std::string refusal_of_dictionary(const std::string& dictionary) {
    return refusal(npy_bytes(dictionary, three_values));
  }
};

TEST_F(NpyRead, ReadsShapeAndValues) {
  const Tensor tensor = read(npy_bytes(npy_dictionary("'<f4'", "(3, 1)"), three_values));
  EXPECT_THAT(tensor.shape, ElementsAre(3, 1));
  EXPECT_THAT(tensor.values, ElementsAre(1.0F, 2.0F, -0.5F));
}

TEST_F(NpyRead, ReadsOneDimensionAndNone) {
  EXPECT_THAT(read(npy_bytes(npy_dictionary("'<f4'", "(3,)"), three_values)).shape, ElementsAre(3));
  const Tensor scalar = read(npy_bytes(npy_dictionary("'<f4'", "()"), three_values.substr(4, 4)));
  EXPECT_THAT(scalar.shape, IsEmpty());
  EXPECT_THAT(scalar.values, ElementsAre(2.0F));
}

TEST_F(NpyRead, ReadsVersion2) {
  const Tensor tensor = read(npy_bytes(npy_dictionary("'<f4'", "(3,)"), three_values, 2));
  EXPECT_THAT(tensor.values, ElementsAre(1.0F, 2.0F, -0.5F));
}

// The low byte of the length reaches 0x80 here, which a signed char would turn negative.
TEST_F(NpyRead, ReadsHeadersOfEveryPadding) {
  const std::string plain = npy_dictionary("'<f4'", "(3,)");
  for (std::size_t spaces : {0, 1, 60, 75, 100, 200, 5000, 40000}) {
    std::string padded = plain;
    padded.insert(padded.size() - 1, spaces, ' ');
    EXPECT_THAT(read(npy_bytes(padded, three_values)).values, ElementsAre(1.0F, 2.0F, -0.5F))
        << spaces;
  }
}

TEST_F(NpyRead, FortranOrderMattersFromTwoDimensionsOn) {
  EXPECT_THAT(read(npy_bytes(npy_dictionary("'<f4'", "(3,)", "True"), three_values)).values,
              ElementsAre(1.0F, 2.0F, -0.5F));
  EXPECT_EQ(refusal_of_dictionary(npy_dictionary("'<f4'", "(3, 1)", "True")),
            "is in Fortran order, shape [3,1]; allowed: C order, in NumPy "
            "numpy.ascontiguousarray(array)");
}

TEST_F(NpyRead, RefusesOtherTypesWithTheirName) {
  const auto holds = [&](const std::string& type) {
    return refusal_of_dictionary(npy_dictionary(type, "(3,)"));
  };
  const std::string allowed =
      "; allowed: little-endian float32 ('<f4'), in NumPy array.astype('<f4')";
  EXPECT_EQ(holds("'<f8'"), "holds float64 ('<f8')" + allowed);
  EXPECT_EQ(holds("'>f4'"), "holds big-endian float32 ('>f4')" + allowed);
  EXPECT_EQ(holds("'<f2'"), "holds float16 ('<f2')" + allowed);
  EXPECT_EQ(holds("'<i4'"), "holds int32 ('<i4')" + allowed);
  EXPECT_EQ(holds("'|u1'"), "holds uint8 ('|u1')" + allowed);
  EXPECT_EQ(holds("'<c8'"), "holds complex64 ('<c8')" + allowed);
  EXPECT_EQ(holds("'|b1'"), "holds bool ('|b1')" + allowed);
  EXPECT_EQ(holds("'<c16'"), "holds complex ('<c16')" + allowed);
  EXPECT_EQ(holds("'<f04'"), "holds float ('<f04')" + allowed);
}

TEST_F(NpyRead, RefusesTypesThatAreNoNumbersQuotingTheHeader) {
  for (const char* type :
       {"'|O'", "'<U5'", "'<M8[ns]'", "[('x', '<f4'), ('y', '<f4')]", "f4", ""}) {
    const std::string reason = refusal_of_dictionary(npy_dictionary(type, "(3,)"));
    EXPECT_THAT(reason, StartsWith(std::string("has the header {'descr': ") + type + ", "));
    EXPECT_THAT(reason, EndsWith("allowed: {'descr': '<f4', 'fortran_order': False, 'shape': "
                                 "(3, 4), } with any shape"));
  }
}

TEST_F(NpyRead, RefusesShapesThatAreNoTupleOfNumbers) {
  for (const char* shape :
       {"(-3,)", "(3)", "(3x,)", "(3.0,)", "(3L,)", "(1 3,)", "(,3)", "(,)", "(1,,3)", "(0x3,)",
        "[3]", "3", "", "(3,", "3,)", "(+3,)", "(99999999999999999999,)", "(3,), 'shape': (4,)"}) {
    EXPECT_THAT(refusal_of_dictionary(npy_dictionary("'<f4'", shape)),
                StartsWith("has the header {'descr': '<f4', 'fortran_order': False, 'shape': "))
        << shape;
  }
}

TEST_F(NpyRead, RefusesEmptyAndOverflowingShapes) {
  const std::string allowed =
      "; allowed: every dimension at least 1, at most 1099511627776 "
      "elements in all";
  EXPECT_EQ(refusal_of_dictionary(npy_dictionary("'<f4'", "(0,)")), "has shape [0]" + allowed);
  EXPECT_EQ(refusal_of_dictionary(npy_dictionary("'<f4'", "(3, 0)")), "has shape [3,0]" + allowed);
  EXPECT_EQ(refusal_of_dictionary(npy_dictionary("'<f4'", "(999999999999999999,)")),
            "has shape [999999999999999999]" + allowed);
  // 2^64 + 3 * 2^32 elements, and 4 * 2^62 bytes: both are small modulo 2^64.
  EXPECT_EQ(refusal_of_dictionary(npy_dictionary("'<f4'", "(4294967296, 4294967299)")),
            "has shape [4294967296,4294967299]" + allowed);
  EXPECT_EQ(refusal_of_dictionary(npy_dictionary("'<f4'", "(2147483648, 2147483648)")),
            "has shape [2147483648,2147483648]" + allowed);
}

TEST_F(NpyRead, RefusesDataOfAnotherLength) {
  const std::string header = npy_bytes(npy_dictionary("'<f4'", "(3,)"), "");
  EXPECT_EQ(refusal(header + three_values.substr(0, 11)),
            "truncated: 11 bytes of data; shape [3] takes exactly 12");
  EXPECT_EQ(refusal(header), "truncated: 0 bytes of data; shape [3] takes exactly 12");
  EXPECT_EQ(refusal(header + three_values + "x"),
            "longer than its header says: 13 bytes of data; shape [3] takes exactly 12");
}

TEST_F(NpyRead, HugeShapeInASmallFileIsTruncatedNotAllocated) {
  EXPECT_EQ(refusal_of_dictionary(npy_dictionary("'<f4'", "(1048576, 1048576)")),
            "truncated: 12 bytes of data; shape [1048576,1048576] takes exactly 4398046511104");
}

TEST_F(NpyRead, RefusesEveryCutInsideTheHeader) {
  const std::string dictionary = npy_dictionary("'<f4'", "(3,)");
  const std::string whole = npy_bytes(dictionary, three_values);
  const std::size_t header_end = whole.size() - three_values.size();
  for (std::size_t length = 0; length < header_end; ++length) {
    const std::string reason = refusal(whole.substr(0, length));
    if (length < 6) {
      EXPECT_EQ(reason, "is not a .npy file; allowed: a file that begins with \\x93NUMPY");
    } else {
      EXPECT_THAT(reason, StartsWith("truncated inside its header: ")) << length;
    }
  }
  EXPECT_THAT(refusal(whole.substr(0, header_end - 1)),
              EndsWith(std::to_string(dictionary.size() - 1) + " of " +
                       std::to_string(dictionary.size()) + " bytes"));
}

TEST_F(NpyRead, RefusesOtherFiles) {
  EXPECT_THAT(refusal("PK\x03\x04 an .npz archive"), StartsWith("is not a .npy file"));
  EXPECT_THAT(refusal("\x93NUMPZ"), StartsWith("is not a .npy file"));
  const std::string dictionary = npy_dictionary("'<f4'", "(3,)");
  EXPECT_EQ(refusal(npy_bytes(dictionary, three_values, 3)),
            "has version 3.0 of the .npy format; allowed: 1.0 and 2.0");
  std::string version_1_1 = npy_bytes(dictionary, three_values);
  version_1_1[7] = 1;
  EXPECT_EQ(refusal(version_1_1), "has version 1.1 of the .npy format; allowed: 1.0 and 2.0");
}

TEST_F(NpyRead, RefusesAnEnormousHeaderBeforeReadingIt) {
  const std::string bytes = npy_bytes(std::string(65537, ' '), "", 2);
  EXPECT_EQ(refusal(bytes), "has a header of 65537 bytes; allowed: at most 65536");
  EXPECT_EQ(refusal(bytes.substr(0, 8) + "\xff\xff\xff\xff"),
            "has a header of 4294967295 bytes; allowed: at most 65536");
}

TEST_F(NpyRead, RefusesGarbageAsDictionary) {
  const std::vector<std::string> dictionaries = {
      "",
      "\n",
      "    \n",
      "{\n",
      "}\n",
      "{}\n",
      "{'shape'}\n",
      "{'descr', 'fortran_order', 'shape': (3,)}\n",
      "{'descr': '<f4', 'shape': (3,)}\n",
      "{'fortran_order': False, 'shape': (3,)}\n",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}\n",
      "{'descr': '<f4', 'fortran_order': False}\n",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)\n",
      "'descr': '<f4', 'fortran_order': False, 'shape': (3,)}\n",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': 1}\n",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}\n",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
      std::string(300, '\0') + "\n",
      std::string(300, '\xff') + "\n",
      "{'descr': '<f" + std::string(60000, '4') + "', 'fortran_order': False, 'shape': (3,)}\n",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::string(60000, '3') + ",)}\n",
  };
  for (const std::string& dictionary : dictionaries) {
    const std::string reason = refusal_of_dictionary(dictionary);
    EXPECT_THAT(reason, StartsWith("has the header ")) << dictionary;
    EXPECT_THAT(reason, EndsWith(" with any shape")) << dictionary;
    EXPECT_LT(reason.size(), 400u);
    for (char c : reason) ASSERT_TRUE(c >= ' ' && c <= '~') << reason;
  }
}

/// The numbers between the parentheses of a dictionary, read naively.
std::vector<std::int64_t> numbers_in_parentheses(const std::string& bytes) {
  const std::size_t open = bytes.find('(');
  std::istringstream text(bytes.substr(open + 1, bytes.find(')') - open - 1));
  std::vector<std::int64_t> numbers;
  for (std::string number; std::getline(text, number, ',');) {
    if (number.find_first_not_of(' ') != std::string::npos) numbers.push_back(std::stoll(number));
  }
  return numbers;
}

TEST(NpyHeader, SurvivesEveryChangeOfOneByte) {
  const std::string whole = npy_bytes(npy_dictionary("'<f4'", "(3, 1)"), three_values);
  const std::size_t header_end = whole.size() - three_values.size();
  int accepted = 0, refused = 0;
  for (std::size_t place = 0; place < header_end; ++place) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = whole;
      changed[place] = static_cast<char>(value);
      std::istringstream stream(changed);
      try {
        const NpyHeader header = read_npy_header(stream);
        ASSERT_EQ(header.bytes, static_cast<std::int64_t>(header_end)) << place << " " << value;
        ASSERT_EQ(header.shape, numbers_in_parentheses(changed)) << place << " " << value;
        ++accepted;
      } catch (const std::runtime_error&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(accepted, static_cast<int>(header_end));  // at least the unchanged ones
  EXPECT_GT(refused, accepted);
}

TEST_F(NpyRead, RefusesWhatIsNoFile) {
  EXPECT_EQ(refusal_of(folder_ / "missing.npy"), "no such file");
  EXPECT_EQ(refusal_of(folder_), "is not a regular file");
  const std::filesystem::path pipe = folder_ / "pipe.npy";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(refusal_of(pipe), "is not a regular file");
  const std::filesystem::path under_a_file = write_file("file", "x") / "A.npy";
  EXPECT_EQ(refusal_of(under_a_file), "no such file");
}

}  // namespace
}  // namespace tensordash
