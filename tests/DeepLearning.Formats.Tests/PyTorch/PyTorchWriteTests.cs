using System.Diagnostics;
using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Formats.PyTorch;

public sealed class PyTorchWriteTests : IDisposable
{
    private const string WriteSwitch = "DEEPLEARNING_WRITE_PT";

    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-formats-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    /// <summary>generate_pytorch.py --check has read these very bytes with the versions that are named there.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_what_two_versions_of_PyTorch_have_read(bool hasFloats)
    {
        using MemoryStream stream = new();
        PyTorchFile.Save(stream, Example(hasFloats));
        if (Environment.GetEnvironmentVariable(WriteSwitch) is { } path)
        {
            File.WriteAllBytes(hasFloats ? path + ".floats" : path, stream.ToArray());
        }

        // Of the records: what stands around them tells the operating system that wrote it.
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using ZipArchive archive = new(stream, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry record in archive.Entries)
        {
            using Stream content = record.Open();
            using MemoryStream bytes = new();
            content.CopyTo(bytes);
            digest.AppendData([.. Encoding.UTF8.GetBytes(record.FullName + "\n"), .. bytes.ToArray()]);
        }

        string hash = Convert.ToHexStringLower(digest.GetHashAndReset());
        string[] lines = File.ReadAllLines(Fixtures.PathOf("written.txt"));
        Assert.Contains($"{hash} PyTorch 2.6.0", lines);
        Assert.Contains($"{hash} PyTorch 1.13.0a0", lines);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void PyTorch_where_there_is_one_reads_what_is_written()
    {
        string path = Path.Combine(_folder, "written.pt");
        PyTorchFile.Save(path, Example(hasFloats: true));
        string script = RepositoryFiles.PathOf("tests", "DeepLearning.Formats.Tests", "generate_pytorch.py");
        (int code, string output) = Python("-c", "import torch");
        if (code == 0)
        {
            (code, output) = Python(script, "--check", path);
            Assert.True(code == 0, output);
            Assert.Contains("PyTorch", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_was_written_comes_back()
    {
        string path = Path.Combine(_folder, "x.pt");
        PyTorchFile.Save(path, Example(hasFloats: true));
        PyTorchDictionary back = Assert.IsType<PyTorchDictionary>(PyTorchFile.Load(path));
        Tensor weight = back.Get<PyTorchDictionary>("model").Get<Tensor>("0.weight"),
            tied = back.Get<PyTorchDictionary>("model").Get<Tensor>("tied");
        Assert.Same(weight.Storage, tied.Storage);
        Assert.True(tied.Equal(weight.Transpose(0, 1)));
        Assert.Equal(BigInteger.Pow(2, 70), back["big"]);
        Assert.Equal([2, 3], back.Get<Shape>("size"));
        Assert.Equal(DType.Float16, back["dtype"]);
        Assert.Equal([1L, "a", Array.Empty<object?>()], back.Get<object?[]>("tuple"));
        Assert.False(File.Exists(path + ".tmp"));
        PyTorchFile.Save(Path.Combine(_folder, "y.pt"), back);
        Assert.Equal(File.ReadAllBytes(path).Length, File.ReadAllBytes(Path.Combine(_folder, "y.pt")).Length, 200.0);
    }

    [Fact]
    public void A_module_goes_to_a_file_and_back()
    {
        string path = Path.Combine(_folder, "model.pt");
        Sequential model = new(new Linear(3, 4), new BatchNorm1d(4)), copy = new(new Linear(3, 4), new BatchNorm1d(4));
        model.SavePyTorch(path);
        copy.LoadPyTorch(path);
        Assert.All(model.StateDict(), entry => Assert.True(entry.Value.Equal(copy.StateDict()[entry.Key])));
    }

    [Fact]
    public void Disjoint_parts_of_one_memory_get_storages_of_their_own_and_what_no_tensor_covers_is_not_written()
    {
        Tensor arena = Tensor.Arange(1000).To(DType.Float32);
        string path = Path.Combine(_folder, "parts.pt");
        PyTorchFile.Save(path, new Dictionary<string, Tensor> { ["a"] = arena[..3], ["b"] = arena[500..502], ["c"] = arena[501..503] });
        Assert.True(new FileInfo(path).Length < 2000);
        OrderedDictionary<string, Tensor> back = PyTorchFile.LoadTensors(path);
        Assert.Equal([0f, 1f, 2f], back["a"].ToArray<float>());
        Assert.Equal([500f, 501f], back["b"].ToArray<float>());
        Assert.Equal([501f, 502f], back["c"].ToArray<float>());
        Assert.Same(back["b"].Storage, back["c"].Storage);
        Assert.NotSame(back["a"].Storage, back["b"].Storage);
    }

    [Fact]
    public void What_Python_has_no_counterpart_for_is_refused_before_a_file_is_made()
    {
        List<object?> self = [];
        self.Add(self);
        string path = Path.Combine(_folder, "no.pt");
        Dictionary<object, int> keys = new() { [new Uri("http://a/")] = 1 };
        foreach (object? bad in (object?[])[new HashSet<int>(), new byte[3], new Uri("http://a/"), self, "\ud800", keys])
        {
            Assert.Throws<ArgumentException>(() => PyTorchFile.Save(path, bad));
        }

        Assert.False(File.Exists(path));
    }

    private static Dictionary<object, object?> Example(bool hasFloats)
    {
        Tensor weight = Tensor.Arange(6).To(DType.Float32).Reshape(2, 3);
        Dictionary<object, object?> example = new()
        {
            ["model"] = new OrderedDictionary<string, Tensor>
            {
                ["0.weight"] = weight,
                ["0.bias"] = Tensor.From([0.5, -1.5]),
                ["tied"] = weight.Transpose(0, 1),
            },
            ["f16"] = Tensor.From([(Half)1.5]),
            ["bf16"] = Tensor.From([(BFloat16)1.5f]),
            ["i64"] = Tensor.From([1L << 40]),
            ["i32"] = Tensor.From([-5]),
            ["u8"] = Tensor.From([(byte)255]),
            ["flag"] = Tensor.From([true, false]),
            ["scalar"] = Tensor.FromScalar(2.5),
            ["empty"] = Tensor.Zeros(2, 0),
            ["epoch"] = 12,
            ["big"] = BigInteger.Pow(2, 70),
            ["name"] = "grüße 😀",
            ["none"] = null,
            ["yes"] = true,
            ["list"] = new List<object?> { 1, new List<object?> { 2, "x" }, Array.Empty<int>() },
            ["tuple"] = new object?[] { 1, "a", Array.Empty<object?>() },
            ["size"] = new Shape(2, 3),
            ["dtype"] = DType.Float16,
            [7] = -300L,
        };
        if (hasFloats)
        {
            example["loss"] = 0.25;
            example["rate"] = 2.5f;
        }

        return example;
    }

    private static (int Code, string Output) Python(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("python3", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (1, "there is no Python");
        }
    }
}
