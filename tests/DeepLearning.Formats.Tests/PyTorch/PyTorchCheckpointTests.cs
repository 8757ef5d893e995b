using System.IO.Compression;
using System.Numerics;
using System.Text;
using DeepLearning.Formats;

namespace DeepLearning.Tests.Formats.PyTorch;

/// <summary>What checkpoints of training programs hold beside tensors: NumPy's numbers, namespaces, paths, states of generators.</summary>
public sealed class PyTorchCheckpointTests
{
    [Theory]
    [InlineData("numpy2.pt")]
    [InlineData("numpy3.pt")]
    [InlineData("numpy4.pt")]
    [InlineData("numpy5.pt")]
    [InlineData("numpy_old.pt")]
    public void Values_of_NumPy_and_of_classes_that_are_data_are_read(string name)
    {
        PyTorchDictionary values = Assert.IsType<PyTorchDictionary>(PyTorchFile.Load(Fixtures.PathOf(name)));
        Assert.Equal([0.1, 0.25, 1.5, 2.5], ((string[])["f64", "f32", "f16", "big_endian"]).Select(key => values.Get<double>(key)));
        Assert.Equal(
            [-(1L << 62), -7, -300, -5, 200, 65535, uint.MaxValue],
            ((string[])["i64", "i32", "i16", "i8", "u8", "u16", "u32"]).Select(key => values.Get<long>(key)));
        Assert.Equal(new BigInteger(ulong.MaxValue), values["u64"]);
        Assert.True(values.Get<bool>("bool"));
        Assert.Equal("grüße 😀", values.Get<string>("text"));
        Assert.Equal(DType.Float32, values.Get<DType>("dtype"));
        Assert.True(values.Get<Tensor>("array").Equal(Tensor.Arange(6).To(DType.Float32).Reshape(2, 3)));
        Assert.True(values.Get<Tensor>("fortran").Equal(Tensor.Arange(6).To(DType.Int32).Reshape(2, 3)));
        Assert.Equal([1, 2], values.Get<Tensor>("swapped").ToArray<int>());
        Assert.Equal([0, 3], values.Get<Tensor>("empty").Shape);
        Assert.Equal(2.5, values.Get<Tensor>("scalar_array").Item<double>());
        Assert.Equal([true, false], values.Get<Tensor>("flags").ToArray<bool>());
        List<object?> shared = values.Get<List<object?>>("shared");
        Assert.Same(shared[0], shared[1]);

        Assert.Equal(0.1, values.Get<PyTorchDictionary>("namespace").Get<double>("lr"));
        Assert.Equal([1L, 2L], values.Get<PyTorchDictionary>("namespace").Get<List<object?>>("layers"));
        Assert.Equal(1L, values.Get<PyTorchDictionary>("simple").Get<long>("a"));
        Assert.Equal(0.5, values.Get<PyTorchDictionary>("hyper_parameters").Get<double>("lr"));
        Assert.Equal(["/runs/one", "runs/two", "/"], ((string[])["path", "relative", "root"]).Select(key => values.Get<string>(key)));
        Assert.StartsWith("2.6", values.Get<string>("version"), StringComparison.Ordinal);
        Assert.Equal([1f, 2f], values.Get<Tensor>("parameter").ToArray<float>());

        PyTorchDictionary generators = values.Get<PyTorchDictionary>("rng");
        Assert.Equal(DType.UInt8, generators.Get<Tensor>("torch").DType);
        Assert.Equal(625, Assert.IsType<object?[]>(generators.Get<object?[]>("python")[1]).Length);
        object?[] numpy = generators.Get<object?[]>("numpy");
        Assert.Equal("MT19937", numpy[0]);
        Assert.Equal(3L, Assert.IsType<Tensor>(numpy[1]).ToArray<long>()[0]);
        Assert.Equal(624, ((Tensor)numpy[1]!).Size(0));
    }

    [Fact]
    public void Arrays_are_among_the_tensors_of_a_file()
    {
        OrderedDictionary<string, Tensor> tensors = PyTorchFile.LoadTensors(Fixtures.PathOf("numpy2.pt"), "");
        Assert.Equal([2, 3], tensors["fortran"].Shape);
        Assert.Equal(5056, tensors["rng.torch"].Count);
    }

    [Theory]
    [InlineData("refused_numpy_objects.pt", "'O8' of NumPy (Python objects")]
    [InlineData("refused_numpy_times.pt", "'M8' of NumPy (times)")]
    [InlineData("refused_numpy_complexes.pt", "'c8' of NumPy (complex numbers)")]
    [InlineData("refused_numpy_fields.pt", "sets the state of a type of NumPy")]
    public void Types_without_a_tensor_are_named(string name, string expected) => Assert.Contains(
        expected, Assert.Throws<ModelFileException>(() => PyTorchFile.Load(Fixtures.PathOf(name))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("functools", "partial")]
    [InlineData("omegaconf.dictconfig", "DictConfig")]
    [InlineData("transformers.training_args", "TrainingArguments")]
    [InlineData("datetime", "datetime")]
    [InlineData("numpy.random._pickle", "__randomstate_ctor")]
    [InlineData("numpy", "load")]
    [InlineData("numpy.core.multiarray", "fromfile")]
    [InlineData("numpy.f2py", "compile")]
    [InlineData("torch._utils", "_rebuild_sparse_tensor")]
    [InlineData("builtins", "getattr")]
    [InlineData("pathlib", "Path.home")]
    public void Other_classes_and_functions_are_refused_by_name(string module, string name) =>
        Assert.Contains($"'{module}.{name}' is refused", Fails($"c{module}\n{name}\n)R."), StringComparison.Ordinal);

    [Theory]
    [InlineData("cargparse\nNamespace\n)\u0081]b.", "BUILD sets the state of a dictionary to a list")]
    [InlineData("cargparse\nNamespace\nK\u0001\u0085\u0081.", "NEWOBJ is refused: it makes an object of argparse.Namespace")]
    [InlineData("cargparse\nNamespace\n)\u0081}(]K\u0001ub.", "is a key")]
    [InlineData("cnumpy\nndarray\n)\u0081.", "NEWOBJ is refused: it makes an object of numpy.ndarray")]
    [InlineData("cnumpy\nndarray\n.", "numpy.ndarray stands among the values")]
    [InlineData("cnumpy\ndtype\nX\u0002\0\0\0V8\u0089\u0088\u0087R.", "'V8' of NumPy")]
    [InlineData("cnumpy\ndtype\nX\0\0\0\0\u0089\u0088\u0087R.", "does not take")]
    [InlineData("cnumpy\ndtype\n]\u0085R.", "does not take")]
    [InlineData("cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\u0002\0\0\0f8\u0089\u0088\u0087RU\u0003abc\u0086R.", "has 3 bytes")]
    [InlineData("cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\u0002\0\0\0f8\u0089\u0088\u0087RK\u0003\u0086R.", "does not take")]
    [InlineData("cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\u0002\0\0\0f8\u0089\u0088\u0087RC\u0003abc\u0086R.", "has 3 bytes")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n)C\u0001b\u0087R.", "its state is missing")]
    [InlineData("cpathlib\nPosixPath\nK\u0001\u0085R.", "pathlib.PosixPath is called with 1 arguments")]
    public void Data_of_another_form_is_refused(string pickle, string expected) =>
        Assert.Contains(expected, Fails(pickle), StringComparison.Ordinal);

    [Theory]
    [InlineData("K\u0002\u0085", 8, "")]
    [InlineData("K\u0003\u0085", 8, "has 8 bytes")]
    [InlineData("J\u00ff\u00ff\u00ff\u00ff\u0085", 8, "not one of 64 lengths")]
    [InlineData("J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007f\u0087", 8, "has 8 bytes")]
    [InlineData("K\0J\u00ff\u00ff\u00ff\u007f\u0086", 0, "")]
    public void An_array_has_the_bytes_of_its_shape(string shape, int bytes, string expected)
    {
        string pickle = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n)C\u0001b\u0087R(K\u0001" + shape
            + $"cnumpy\ndtype\nX\u0002\0\0\0f4\u0089\u0088\u0087R\u0089C{(char)bytes}{new string('\0', bytes)}tb.";
        if (expected.Length == 0)
        {
            Assert.IsType<Tensor>(PyTorchFile.Load(Archive(pickle)));
        }
        else
        {
            Assert.Contains(expected, Fails(pickle), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Many_arrays_over_the_same_bytes_take_no_more_memory_than_the_file()
    {
        StringBuilder pickle = new(
            "(B\0\u0080\0\0" + new string('\0', 1 << 15) + "q\u0001cnumpy\ndtype\nX\u0002\0\0\0f4\u0089\u0088\u0087Rq\u0002");
        for (int i = 0; i < 2000; i++)
        {
            pickle.Append("cnumpy.core.numeric\n_frombuffer\n(h\u0001h\u0002J\0\u0020\0\0\u0085X\u0001\0\0\0CtR");
        }

        Assert.Contains("copies more values", Fails(pickle + "t."), StringComparison.Ordinal);
    }

    private static string Fails(string pickle) => Assert.Throws<ModelFileException>(() => PyTorchFile.Load(Archive(pickle))).Message;

    private static byte[] Archive(string pickle)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream record = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
            record.Write(Encoding.Latin1.GetBytes("\u0080\u0003" + pickle));
        }

        return stream.ToArray();
    }
}
