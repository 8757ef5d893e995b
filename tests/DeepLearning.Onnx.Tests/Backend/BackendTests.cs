using DeepLearning.Onnx;
using DeepLearning.Onnx.Schema;
using DeepLearning.Tests.Infrastructure;
using Google.Protobuf;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Onnx.Backend;

/// <summary>
/// The node tests of the <c>onnx</c> package, imported and run: those whose types the library has, but for a list with reasons.
/// </summary>
public class BackendTests(ITestOutputHelper output)
{
    private static string ListFile => RepositoryFiles.PathOf("tests", "DeepLearning.Onnx.Tests", "Backend", "exceptions.tsv");

    [Fact]
    public void The_node_tests_pass_but_for_those_with_a_reason()
    {
        if (BackendCases.Folder is null)
        {
            output.WriteLine($"skipped: set {BackendCases.Variable} to a folder that generate_backend.py wrote");
            return;
        }

        Dictionary<string, string> exceptions = File.ReadAllLines(ListFile).Where(static line => line.Length > 0 && line[0] != '#')
            .Select(static line => line.Split('\t')).ToDictionary(static parts => parts[0], static parts => parts[1]);
        List<string> failed = [], passes = [];
        int passed = 0;
        foreach (string name in BackendCases.Names())
        {
            string? problem = Problem(Path.Combine(BackendCases.Folder, name));
            bool isKnown = exceptions.ContainsKey(name);
            passed += problem is null ? 1 : 0;
            if (problem is not null && !isKnown)
            {
                failed.Add($"{name}\t{problem}");
            }
            else if (problem is null && isKnown)
            {
                passes.Add(name);
            }
        }

        if (Environment.GetEnvironmentVariable("DEEPLEARNING_ONNX_REPORT") is { Length: > 0 } report)
        {
            File.WriteAllLines(report, [$"{passed} passed", .. failed, .. passes.Select(static name => $"passes now\t{name}")]);
        }

        Assert.True(failed.Count == 0, $"{passed} pass, these do not:\n{string.Join("\n", failed)}");
        Assert.True(passes.Count == 0, $"These pass, and need no reason any more: {string.Join(", ", passes)}");
    }

    /// <summary>What is wrong with a test; null where its outputs are those expected.</summary>
    private static string? Problem(string folder)
    {
        try
        {
            OnnxModel model = OnnxModel.Load(Path.Combine(folder, "model.onnx"));
            OnnxModule module = model.Import();
            foreach (string set in Directory.GetDirectories(folder, "test_data_set_*"))
            {
                Value?[] given = [.. model.Proto.Graph.Input.Select((input, i) => Stored(Path.Combine(set, $"input_{i}.pb"), input.Type))];
                Value?[] ordered = [.. module.Inputs.Select(input => given[IndexOf(model, input.Name)])];
                Value?[] actual = module.RunValues(ordered);
                for (int i = 0; i < actual.Length; i++)
                {
                    Value? expected = Stored(Path.Combine(set, $"output_{i}.pb"), model.Proto.Graph.Output[i].Type);
                    if (Difference(expected, actual[i]) is { } difference)
                    {
                        return $"output {i}: {difference}";
                    }
                }
            }

            return null;
        }
        catch (Exception e) when (e is OnnxException or ArgumentException or InvalidOperationException)
        {
            return $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    private static int IndexOf(OnnxModel model, string name)
    {
        int at = 0;
        while (model.Proto.Graph.Input[at].Name != name)
        {
            at++;
        }

        return at;
    }

    private static Value? Stored(string path, TypeProto type)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        return type.ValueCase switch
        {
            TypeProto.ValueOneofCase.SequenceType => Items(bytes),
            TypeProto.ValueOneofCase.OptionalType => Held(bytes),
            _ => TensorCodec.Decode(Typed(TensorProto.Parser.ParseFrom(bytes), type), null),
        };
    }

    /// <summary>Older packages store bfloat16 as the uint16 of its bits.</summary>
    private static TensorProto Typed(TensorProto tensor, TypeProto type)
    {
        bool isBits = type.TensorType?.ElemType == (int)TensorProto.Types.DataType.Bfloat16
            && tensor.DataType == (int)TensorProto.Types.DataType.Uint16;
        tensor.DataType = isBits ? (int)TensorProto.Types.DataType.Bfloat16 : tensor.DataType;
        return tensor;
    }

    // Of the schema of data files: tensors of a sequence are field 3; an optional's tensor is field 3, its sequence field 5.
    private static Value Items(byte[] sequence)
    {
        Value[] items = [.. Messages(sequence, 3).Select(static part => TensorCodec.Decode(TensorProto.Parser.ParseFrom(part), null))];
        return new Value(items, items.Length > 0 ? items[0].Type : TensorProto.Types.DataType.Float);
    }

    private static Value? Held(byte[] optional) => Messages(optional, 3).FirstOrDefault() is { } tensor
        ? TensorCodec.Decode(TensorProto.Parser.ParseFrom(tensor), null)
        : Messages(optional, 5).FirstOrDefault() is { } sequence ? Items(sequence) : null;

    private static List<byte[]> Messages(byte[] bytes, int field)
    {
        List<byte[]> found = [];
        CodedInputStream input = new(bytes);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == (uint)((field << 3) | 2))
            {
                found.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }

    private static string? Difference(Value? expected, Value? actual)
    {
        if (expected is null || actual is null)
        {
            return expected is null == actual is null ? null : "one has a value, the other has none";
        }

        if (expected.IsSequence)
        {
            return expected.Items.Count != actual.Items.Count
                ? $"{expected.Items.Count} values became {actual.Items.Count}"
                : expected.Items.Zip(actual.Items, Difference).FirstOrDefault(static difference => difference is not null);
        }

        return expected.Type != actual.Type
            ? $"{expected.Type} became {actual.Type}"
            : Compare.Difference(expected.Tensor, actual.Tensor, expected.Tensor.DType is DType.Float16 or DType.BFloat16 ? 1e-2 : 1e-3,
                1e-5);
    }
}
