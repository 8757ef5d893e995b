using System.Buffers.Binary;
using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Serialization;

/// <summary>
/// Files made to do harm: each gives the named exception, with what is wrong, and costs no more memory than the file has.
/// </summary>
[Trait("Rerun", "Culture")]
public sealed class SafetensorsSafetyTests
{
    [Theory]
    [InlineData("", 0, "does not start with '{'")]
    [InlineData(" {}", 0, "does not start with '{'")]
    [InlineData("[]", 0, "does not start with '{'")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{}{}", 0, "not valid JSON")]
    [InlineData("{} x", 0, "not valid JSON")]
    [InlineData("{/**/}", 0, "not valid JSON")]
    [InlineData("""{"a":1,}""", 0, "'a': its description is no object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""", 4, "not valid JSON")]
    [InlineData("""{"a\ud800":{}}""", 0, "half a surrogate pair")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}""", 4, "'a': the name occurs twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{}}""", 4, "'a': the name occurs twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "dtype occurs twice")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "'a': it has no dtype")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "'a': it has no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "'a': it has no data_offsets")]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, "'a': the dtype 'C64' is not known; known are F32, F64")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "the dtype 'f32' is not known")]
    [InlineData("""{"a":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}""", 4, "its dtype is no text")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "its shape is no array")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "whole numbers from 0 to 2147483647, but hold '-1'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "hold '1.5'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", 4, "hold '1e0'")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "hold String")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, "hold StartArray")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3000000000],"data_offsets":[0,4]}}""", 4, "hold '3000000000'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "hold '99999999999999999999'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2147483647,2147483647,4],"data_offsets":[0,4]}}""", 4, "more bytes than can be counted")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "more bytes than can be counted")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,2147483647,2147483647,9],"data_offsets":[0,0]}}""", 0, "more bytes than can be counted")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2147483647],"data_offsets":[0,2147483647]}}""", 4, "reach beyond the 4 bytes of data")]
    [InlineData("""{"a":{"dtype":"U8","shape":[31252369,64897,4547599],"data_offsets":[0,9223372036854775807]}}""", 4,
        "[0, 9223372036854775807] reach beyond the 4 bytes of data")]
    [InlineData("""{"a":{"dtype":"U8","shape":[31252369,64897,4547600],"data_offsets":[0,4]}}""", 4, "more bytes than can be counted")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4,
        "F32 [2] takes 8 bytes, but its data_offsets [0, 4] hold 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}""", 8, "F32 [] takes 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "[4, 0] end before they begin")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "no array of two numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", 4, "no array of two numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":4}}""", 4, "no array of two numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "hold '-4'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a': its data begin at 4, but those before end at 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "end after 4 bytes of data, but the file has 5")]
    [InlineData("{}", 1, "end after 0 bytes of data, but the file has 1")]
    [InlineData("""{"__metadata__":[]}""", 0, "'__metadata__': the metadata are no object")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "'__metadata__': the value of 'a' is no text")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "'__metadata__': the key 'a' occurs twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__': the name occurs twice")]
    [InlineData("""{"__metadata__":{"a":"\udc00"}}""", 0, "half a surrogate pair")]
    public void A_bad_header_is_refused_by_what_is_wrong_with_it(string header, int data, string message)
    {
        SafetensorsException error = Refused(PlainSafetensors.File(header, new byte[data]));
        Assert.StartsWith("safetensors stream: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[0,4]", "[2,6]", 6, "'b': its data begin at 2, inside those of another tensor, which end at 4")]
    [InlineData("[0,4]", "[0,4]", 4, "inside those of another tensor")]
    [InlineData("[0,4]", "[0,4]", 8, "inside those of another tensor")]
    [InlineData("[0,4]", "[5,9]", 9, "'b': its data begin at 5, but those before end at 4; the format allows no gaps")]
    [InlineData("[0,4]", "[4,6]", 6, "'b': F32 [1] takes 4 bytes, but its data_offsets [4, 6] hold 2.")]
    [InlineData("[4,8]", "[5,9]", 9, "'a': its data begin at 4, but those before end at 0")]
    public void Tensors_must_neither_overlap_nor_leave_gaps(string a, string b, int data, string message)
    {
        string header = $$$"""
            {"a":{"dtype":"F32","shape":[1],"data_offsets":{{{a}}}},"b":{"dtype":"F32","shape":[1],"data_offsets":{{{b}}}}}
            """;
        Assert.Contains(message, Refused(PlainSafetensors.File(header, new byte[data])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "it has 0 bytes")]
    [InlineData(7, "it has 7 bytes")]
    public void A_file_shorter_than_its_length_field_is_refused(int length, string message) =>
        Assert.Contains(message, Refused(new byte[length]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(3, "claims a header of 3 bytes, but ends 2 bytes after")]
    [InlineData(100_000_000, "claims a header of 100000000 bytes, but ends 2 bytes after")]
    [InlineData(100_000_001, "claims a header of 100000001 bytes; the format allows 100000000")]
    [InlineData(ulong.MaxValue, "claims a header of 18446744073709551615 bytes; the format allows 100000000")]
    [InlineData(0x8000_0000_0000_0000, "claims a header of 9223372036854775808 bytes")]
    public void A_header_longer_than_the_file_or_the_limit_is_refused(ulong claimed, string message)
    {
        byte[] file = PlainSafetensors.File("{}");
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimed);
        Assert.Contains(message, Refused(file).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004\u0000\u0000\u0008\u0008", "a ZIP archive, as torch.save makes it")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS")]
    [InlineData("GGUF\u0003\u0000\u0000\u0001", "a GGUF file")]
    [InlineData("Hello, world", "This is no safetensors file")]
    public void A_file_of_another_kind_is_told_from_a_damaged_one(string text, string message) =>
        Assert.Contains(message, Refused(Encoding.UTF8.GetBytes(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_header_that_is_not_text_is_refused()
    {
        byte[] header = Encoding.UTF8.GetBytes("""{"a?":1}""");
        header[3] = 0xFF;
        Assert.Contains("not UTF-8", Refused(PlainSafetensors.File(header)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{\"a\":{\"dtype\":", "}}")]
    [InlineData("{\"a\":{\"more\":", "}}")]
    [InlineData("{\"__metadata__\":", "}")]
    public void Deep_nesting_is_refused(string before, string after)
    {
        string nested = new string('[', 1_000_000) + new string(']', 1_000_000);
        Refused(PlainSafetensors.File(before + nested + after));
        Refused(PlainSafetensors.File(before + string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));
    }

    [Theory]
    [InlineData(14, true)]
    [InlineData(15, false)]
    public void Nesting_ends_at_sixteen_levels(int arrays, bool allowed)
    {
        string nested = new string('[', arrays) + new string(']', arrays);
        byte[] file = PlainSafetensors.File(
            $$$"""{"a":{"more":{{{nested}}},"data_offsets":[0,1],"shape":[],"dtype":"U8"}}""", 7);
        Exception? error = Record.Exception(() => Safetensors.Load(file));
        Assert.Equal(allowed, error is null);
        Assert.True(allowed || error is SafetensorsException);
    }

    [Fact]
    public void More_axes_than_a_tensor_may_have_are_refused()
    {
        string Header(int rank) =>
            $$$"""{"a":{"dtype":"U8","shape":[{{{string.Join(',', Enumerable.Repeat(1, rank))}}}],"data_offsets":[0,1]}}""";

        Assert.Equal(64, Safetensors.Load(PlainSafetensors.File(Header(64), 7))["a"].Rank);
        Assert.Contains("more than 64 axes", Refused(PlainSafetensors.File(Header(65), 7)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_the_format_does_not_know_and_empty_metadata_are_passed_over()
    {
        OrderedDictionary<string, Tensor> loaded = Safetensors.Load(PlainSafetensors.File(
            """{"__metadata__":null,"a":{"more":[{"x":[1,2]}],"data_offsets":[0,1],"shape":[],"dtype":"U8"}}    """, 7));
        Assert.Equal(7, loaded["a"].Item<int>());
    }

    [Theory]
    [InlineData("BOOL", "element 1 is 2; a truth value is 0 or 1")]
    [InlineData("U64", "a U64 number does not fit into int64")]
    public void Values_that_no_element_can_have_are_refused(string type, string message)
    {
        byte[] data = type == "BOOL" ? [1, 2, 0] : [0, 0, 0, 0, 0, 0, 0, 0x80];
        byte[] file = PlainSafetensors.Write([new PlainTensor("a", type, [type == "BOOL" ? 3 : 1], data)]);
        SafetensorsException error = Refused(file);
        Assert.Equal("a", error.Key);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Single(Safetensors.Open(new MemoryStream(file)).Entries);
    }

    [Fact]
    public void A_file_on_the_disk_is_named_and_closed()
    {
        using Folder folder = new();
        string path = folder.Write("model.safetensors", [1, 2, 3]);
        SafetensorsException error = Assert.Throws<SafetensorsException>(() => Safetensors.Load(path));
        Assert.Equal((path, null), (error.FileName, error.Key));
        Assert.Equal($"{path}: it has 3 bytes; a safetensors file has 8 and a header at least.", error.Message);
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
        }

        Assert.Contains("is a folder", Assert.Throws<IOException>(() => Safetensors.Load(Path.GetTempPath())).Message,
            StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Safetensors.Load(folder["missing"]));
    }

    [Fact]
    public void A_file_that_becomes_shorter_while_it_is_open_is_noticed()
    {
        using Folder folder = new();
        Safetensors.Save(folder["x"], new Dictionary<string, Tensor> { ["x"] = Tensor.Ones(5000) });
        using MemoryStream stream = new();
        stream.Write(File.ReadAllBytes(folder["x"]));
        stream.Position = 0;
        using SafetensorsFile file = Safetensors.Open(stream);
        stream.SetLength(stream.Length - 1);
        Assert.Contains("ends before its data do", Assert.Throws<SafetensorsException>(() => file.Read("x")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_a_message_cannot_break_the_line_or_fill_the_screen()
    {
        string name = "a\u001b[31m\n" + new string('x', 5000);
        string message = Refused(PlainSafetensors.Write([new PlainTensor(name, "F4", [], [1])])).Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.True(message.Length < 400);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2000000000],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,2000000000],"data_offsets":[0,0]}}""")]
    [InlineData("x")]
    public void A_small_file_costs_little_memory_whatever_it_claims(string header)
    {
        byte[] honest = PlainSafetensors.File(header), claims = PlainSafetensors.File(header);
        BinaryPrimitives.WriteUInt64LittleEndian(claims, 99_999_999);
        Attempt(honest);
        Attempt(claims);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Attempt(honest);
        Attempt(claims);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000);
    }

    private static SafetensorsException Refused(byte[] file) => Assert.Throws<SafetensorsException>(() => Safetensors.Load(file));

    private static void Attempt(byte[] file)
    {
        try
        {
            Safetensors.Load(file);
        }
        catch (SafetensorsException)
        {
        }
    }
}
