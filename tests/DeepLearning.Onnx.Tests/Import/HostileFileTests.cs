using DeepLearning.Layers;
using DeepLearning.Onnx;
using DeepLearning.Onnx.Schema;
using Google.Protobuf;

namespace DeepLearning.Tests.Onnx.Import;

/// <summary>
/// Files as an attacker would write them: each is refused by a named exception, and takes no more memory than it has bytes.
/// </summary>
public class HostileFileTests
{
    private static ModelProto Model(Action<GraphProto> make, int opset = 18)
    {
        ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "graph" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        make(model.Graph);
        return model;
    }

    private static NodeProto Node(string operation, string[] inputs, params string[] outputs)
    {
        NodeProto node = new() { OpType = operation };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        return node;
    }

    private static ValueInfoProto Info(string name) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } },
    };

    private static void Refused(ModelProto model, string part)
    {
        OnnxException error = Assert.Throws<OnnxException>(() => OnnxModel.Load(model.ToByteArray()).Import());
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_a_file_is_refused()
    {
        Assert.Throws<OnnxException>(() => OnnxModel.Load([1, 2, 3, 4, 255]).Import());
        Assert.Throws<OnnxException>(() => OnnxModel.Load([]).Import());
        Assert.Throws<OnnxException>(() => OnnxModel.Load("PK\u0003\u0004 not a model"u8).Import());
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused_before_memory_is_taken()
    {
        foreach (long[] dims in (long[][])[[1L << 40], [int.MaxValue, int.MaxValue, int.MaxValue], [-1], [3], [1 << 20, 1 << 20]])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Refused(
                Model(graph =>
                {
                    TensorProto tensor = new() { Name = "w", DataType = 1, RawData = ByteString.CopyFrom(new byte[8]) };
                    tensor.Dims.AddRange(dims);
                    graph.Initializer.Add(tensor);
                    graph.Output.Add(Info("w"));
                }),
                "'w'");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
        }
    }

    [Fact]
    public void Cycles_and_values_that_nothing_computes_are_refused()
    {
        Refused(
            Model(graph =>
            {
                graph.Node.Add(Node("Add", ["b", "b"], "a"));
                graph.Node.Add(Node("Abs", ["a"], "b"));
                graph.Output.Add(Info("b"));
            }),
            "which nothing before it computes");
        Refused(Model(graph => graph.Output.Add(Info("y"))), "which nothing computes");
    }

    [Fact]
    public void A_name_that_is_given_twice_is_refused()
    {
        Refused(
            Model(graph =>
            {
                graph.Input.Add(Info("x"));
                graph.Node.Add(Node("Abs", ["x"], "y"));
                graph.Node.Add(Node("Neg", ["x"], "y"));
                graph.Output.Add(Info("y"));
            }),
            "named twice");
    }

    [Fact]
    public void Graphs_in_graphs_without_end_are_refused()
    {
        GraphProto inner = new() { Name = "inner" };
        inner.Output.Add(Info("x"));
        for (int depth = 0; depth < 70; depth++)
        {
            GraphProto outer = new() { Name = "outer" };
            NodeProto node = Node("If", ["c"], "x");
            node.Attribute.Add(new AttributeProto { Name = "then_branch", G = inner, Type = AttributeProto.Types.AttributeType.Graph });
            outer.Node.Add(node);
            outer.Output.Add(Info("x"));
            inner = outer;
        }

        ModelProto model = Model(static _ => { });
        model.Graph = inner;
        inner.Input.Add(Info("c"));
        Assert.Throws<OnnxException>(() => OnnxModel.Load(model.ToByteArray()).Import());
    }

    [Fact]
    public void A_function_that_calls_itself_is_refused()
    {
        ModelProto model = Model(static graph =>
        {
            graph.Input.Add(Info("x"));
            graph.Node.Add(new NodeProto { OpType = "f", Domain = "own", Input = { "x" }, Output = { "y" } });
            graph.Output.Add(Info("y"));
        });
        FunctionProto function = new() { Name = "f", Domain = "own" };
        function.Input.Add("a");
        function.Output.Add("b");
        function.Node.Add(new NodeProto { OpType = "f", Domain = "own", Input = { "a" }, Output = { "b" } });
        model.Functions.Add(function);
        Refused(model, "call themselves");
    }

    [Fact]
    public void Functions_that_double_each_other_are_refused()
    {
        ModelProto model = Model(static graph =>
        {
            graph.Input.Add(Info("x"));
            graph.Node.Add(new NodeProto { OpType = "f0", Domain = "own", Input = { "x" }, Output = { "y" } });
            graph.Output.Add(Info("y"));
        });
        for (int i = 0; i < 40; i++)
        {
            FunctionProto function = new() { Name = $"f{i}", Domain = "own", Input = { "a" }, Output = { "c" } };
            function.Node.Add(new NodeProto { OpType = $"f{i + 1}", Domain = "own", Input = { "a" }, Output = { "b" } });
            function.Node.Add(new NodeProto { OpType = $"f{i + 1}", Domain = "own", Input = { "b" }, Output = { "c" } });
            model.Functions.Add(function);
        }

        Refused(model, "more than");
    }

    [Fact]
    public void An_operator_that_is_missing_is_named_before_anything_runs()
    {
        Refused(
            Model(
                graph =>
                {
                    graph.Input.Add(Info("x"));
                    NodeProto node = Node("Frobnicate", ["x"], "y");
                    node.Name = "first";
                    graph.Node.Add(node);
                    graph.Output.Add(Info("y"));
                },
                21),
            "'first' (Frobnicate), opset 21");
    }

    [Theory]
    [InlineData("../outside.bin")]
    [InlineData("sub/../../outside.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("..\\outside.bin")]
    [InlineData("C:\\outside.bin")]
    [InlineData("")]
    [InlineData("link.bin")]
    [InlineData("folder/data.bin")]
    [InlineData("missing.bin")]
    public void Data_outside_of_the_folder_is_refused(string location)
    {
        string root = Directory.CreateTempSubdirectory().FullName, folder = Path.Combine(root, "model");
        try
        {
            Directory.CreateDirectory(folder);
            Directory.CreateDirectory(Path.Combine(root, "other"));
            File.WriteAllBytes(Path.Combine(root, "outside.bin"), new byte[16]);
            File.WriteAllBytes(Path.Combine(root, "other", "data.bin"), new byte[16]);
            File.CreateSymbolicLink(Path.Combine(folder, "link.bin"), Path.Combine(root, "outside.bin"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "folder"), Path.Combine(root, "other"));
            OnnxException error = Assert.Throws<OnnxException>(() => WithExternal(folder, location, 0, 16).Import());
            Assert.Contains("'w'", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(root, true);
        }
    }

    [Fact]
    public void Data_in_the_folder_is_read_and_none_behind_its_end()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "data"));
            float[] numbers = [1, 2, 3, 4, 5, 6];
            File.WriteAllBytes(Path.Combine(folder, "data", "w.bin"), [.. numbers.SelectMany(BitConverter.GetBytes)]);
            Assert.Equal([3f, 4, 5, 6], WithExternal(folder, "data/w.bin", 8, 16).Import().Run()[0].ToArray<float>());
            Assert.Throws<OnnxException>(() => WithExternal(folder, "data/w.bin", 12, 16).Import());
            Assert.Throws<OnnxException>(() => WithExternal(folder, "data/w.bin", long.MaxValue, 16).Import());
            Assert.Throws<OnnxException>(() => WithExternal(folder, "data/w.bin", 0, 1L << 40).Import());
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void A_constant_that_asks_for_too_much_is_refused()
    {
        foreach (string operation in (string[])["ConstantOfShape", "Expand", "Tile", "Range"])
        {
            ModelProto model = Model(graph =>
            {
                graph.Initializer.Add(TensorCodec.Encode(Tensor.From([1L << 20, 1L << 20]), "shape"));
                graph.Initializer.Add(TensorCodec.Encode(Tensor.Ones(1, 1), "one"));
                graph.Initializer.Add(TensorCodec.Encode(Tensor.FromScalar(0L), "zero"));
                graph.Initializer.Add(TensorCodec.Encode(Tensor.FromScalar(1L), "step"));
                graph.Initializer.Add(TensorCodec.Encode(Tensor.FromScalar(1L << 40), "end"));
                graph.Node.Add(operation switch
                {
                    "ConstantOfShape" => Node(operation, ["shape"], "y"),
                    "Range" => Node(operation, ["zero", "end", "step"], "y"),
                    _ => Node(operation, ["one", "shape"], "y"),
                });
                graph.Output.Add(Info("y"));
            });
            OnnxModule module = OnnxModel.Load(model.ToByteArray()).Import();
            Assert.StartsWith("Node ", Assert.Throws<OnnxException>(() => module.Run()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Changed_files_are_refused_by_name_or_run()
    {
        Generator seeded = new(11);
        Module<Tensor, Tensor>[] nets =
        [
            new Sequential(new Conv2d(1, 2, 3, generator: seeded), new BatchNorm2d(2), new ReLU(), new MaxPool2d(2), new Flatten()),
            new Lambda(static x => x.Reshape(-1).Sort().Values.CumSum(0).Softmax(0)),
            new Lambda(static x => x.CumProd(-1)),
        ];
        Random random = new(5);
        foreach (Module<Tensor, Tensor> net in nets)
        {
            Tensor example = Tensor.Ones(1, 1, 8, 8);
            byte[] file = net.Eval().ToOnnx(example).ToArray();
            for (int i = 0; i < 400; i++)
            {
                byte[] changed = [.. file];
                for (int k = random.Next(1, 4); k > 0; k--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                changed = i % 5 == 0 ? changed[..random.Next(changed.Length)] : changed;
                try
                {
                    OnnxModel model = OnnxModel.Load(changed);
                    Assert.NotEmpty(model.Summary());
                    model.Import().Run(example);
                }
                catch (Exception e) when (e is OnnxException or ArgumentException)
                {
                    Assert.NotEmpty(e.Message);
                }
            }
        }
    }

    private static OnnxModel WithExternal(string folder, string location, long offset, long length)
    {
        ModelProto model = Model(graph =>
        {
            TensorProto tensor = new() { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
            tensor.Dims.Add(4);
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{length}" });
            graph.Initializer.Add(tensor);
            graph.Output.Add(Info("w"));
        });
        string path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return OnnxModel.Load(path);
    }
}
