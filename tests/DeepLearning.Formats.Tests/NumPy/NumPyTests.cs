using System.Text;
using DeepLearning.Formats;

namespace DeepLearning.Tests.Formats.NumPy;

public sealed class NumPyTests
{
    [Theory]
    [InlineData("arrays.npz")]
    [InlineData("compressed.npz")]
    public void An_archive_gives_what_numpy_load_gives(string name)
    {
        Fixtures.CheckTensors("arrays.json", NpzFile.Load(Fixtures.PathOf(name)));
        using MemoryStream stream = new(Fixtures.Bytes(name));
        Fixtures.CheckTensors("arrays.json", NpzFile.Load(stream));
    }

    [Theory]
    [InlineData("version1")]
    [InlineData("version2")]
    [InlineData("version3")]
    public void Every_version_of_the_header_is_read(string name) =>
        Fixtures.CheckTensors(
            $"{name}_npy.json", new OrderedDictionary<string, Tensor> { ["x"] = NpyFile.Load(Fixtures.PathOf($"{name}.npy")) });

    [Theory]
    [InlineData("refused_objects", "Python objects")]
    [InlineData("refused_structure", "structure of fields")]
    [InlineData("refused_complex", "complex numbers")]
    [InlineData("refused_text", "texts")]
    public void What_is_no_tensor_is_named(string name, string expected) => Assert.Contains(
        expected, Assert.Throws<ModelFileException>(() => NpyFile.Load(Fixtures.PathOf($"{name}.npy"))).Message, StringComparison.Ordinal);

    [Fact]
    public void What_was_written_comes_back_and_has_NumPys_own_bytes()
    {
        Tensor[] tensors =
        [
            Tensor.From([1.5f, float.NaN]), Tensor.From(new double[,] { { 1, 2 }, { 3, 4 } }), Tensor.From([(Half)2]),
            Tensor.From([long.MinValue]),
            Tensor.From([7, -7]), Tensor.From([(byte)200]), Tensor.From([true, false]), Tensor.FromScalar(3.5), Tensor.Zeros(0, 2),
            Tensor.Arange(6).Reshape(2, 3).Transpose(0, 1),
        ];
        foreach (Tensor tensor in tensors)
        {
            using MemoryStream stream = new();
            NpyFile.Save(stream, tensor);
            stream.Position = 0;
            Tensor back = NpyFile.Load(stream);
            Assert.Equal(tensor.DType, back.DType);
            Assert.Equal(tensor.Shape, back.Shape);
            Assert.Equal(tensor.ToArray<double>(), back.ToArray<double>());
        }

        // numpy.save(file, numpy.arange(5, dtype='<i4')), but for the version, which it makes 1 where it can.
        using MemoryStream five = new();
        NpyFile.Save(five, Tensor.Arange(5).To(DType.Int32));
        byte[] expected = Fixtures.Bytes("version3.npy");
        Assert.Equal("{'descr': '<i4', 'fortran_order': False, 'shape': (5,), }", Encoding.ASCII.GetString(five.ToArray(), 10, 57));
        Assert.Equal(expected[^20..], five.ToArray()[^20..]);
        Assert.Equal(expected.Length, five.Length);
        Assert.Throws<ArgumentException>(() => NpyFile.Save(five, Tensor.Zeros([1], DType.BFloat16)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_archive_that_was_written_comes_back(bool compressed)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("deeplearning-formats-").FullName, "x.npz");
        Dictionary<string, Tensor> tensors = new() { ["a"] = Tensor.Zeros(1000), ["b/c"] = Tensor.From([1L, 2]) };
        NpzFile.Save(path, tensors, compressed);
        Assert.Equal(compressed, new FileInfo(path).Length < 2000);
        OrderedDictionary<string, Tensor> back = NpzFile.Load(path);
        Assert.Equal(["a", "b/c"], back.Keys);
        Assert.True(back["b/c"].Equal(tensors["b/c"]));
        Assert.Throws<ArgumentException>(() => NpzFile.Save(path, new Dictionary<string, Tensor> { ["../a"] = tensors["a"] }));
        Assert.Equal(2, NpzFile.Load(path).Count);
        Directory.Delete(Path.GetDirectoryName(path)!, true);
    }

    [Fact]
    public void An_archive_with_a_changed_number_is_refused()
    {
        using MemoryStream stream = new();
        NpzFile.Save(stream, new Dictionary<string, Tensor> { ["x"] = Tensor.Arange(1000).To(DType.Float32) });
        byte[] bytes = stream.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        ModelFileException error = Assert.Throws<ModelFileException>(() => NpzFile.Load(new MemoryStream(bytes)));
        Assert.Contains("its checksum is another", error.Message, StringComparison.Ordinal);
        Assert.Equal("x.npy", error.Key);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 8, "")]
    [InlineData("{\"shape\": (2L,), 'fortran_order':False,'descr':'<f4'}", 8, "")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8, "takes more than the 8 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 8, "something behind")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647, 0), }", 8, "takes more")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483648,), }", 8, "whole numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 8, "whole numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}", 8, "occurs twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'extra': (2,)}", 8, "'extra'")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", 8, "neither True nor False")]
    [InlineData("{'descr': '<f4', 'shape': (2,)}", 8, "no fortran_order")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + exit()", 8, "behind the dictionary")]
    [InlineData("{'descr': '<q9', 'fortran_order': False, 'shape': (2,)}", 8, "'<q9'")]
    [InlineData("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", 2, "element 1 is 2")]
    [InlineData("{'descr': '<u8', 'fortran_order': False, 'shape': (1,)}", 8, "does not fit")]
    public void A_header_is_believed_only_as_far_as_the_file_goes(string header, int data, string expected)
    {
        byte[] text = Encoding.ASCII.GetBytes(header), elements = [1, 2, 3, 4, 5, 6, 7, 0xff];
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. elements[..data]];
        if (expected.Length == 0)
        {
            Assert.Equal(2, NpyFile.Load(new MemoryStream(bytes)).Count);
            return;
        }

        Assert.Contains(expected, Assert.Throws<ModelFileException>(() => NpyFile.Load(new MemoryStream(bytes))).Message,
            StringComparison.Ordinal);
    }
}
