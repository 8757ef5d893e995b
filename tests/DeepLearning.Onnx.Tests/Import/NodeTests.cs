using DeepLearning.Onnx;
using DeepLearning.Onnx.Export;
using DeepLearning.Onnx.Schema;
using Google.Protobuf;

namespace DeepLearning.Tests.Onnx.Import;

/// <summary>Single nodes, also of newer opsets, imported and run beside ONNX Runtime.</summary>
public class NodeTests
{
    private static readonly Generator s_random = new(3);

    private static Tensor Real(params int[] shape) => Tensor.Randn(shape, generator: s_random);

    private static Tensor Whole(params long[] numbers) => Tensor.From(numbers);

    /// <summary>A model of one node: some operands are inputs, others stand in the file.</summary>
    private static ModelProto Model(
        string operation, int opset, Tensor?[] operands, int inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        GraphProto graph = new() { Name = "node" };
        NodeProto node = new() { OpType = operation, Name = "node" };
        for (int i = 0; i < operands.Length; i++)
        {
            string name = operands[i] is null ? "" : $"x{i}";
            node.Input.Add(name);
            if (operands[i] is { } tensor && i < inputs)
            {
                TypeProto.Types.Tensor type = new() { ElemType = (int)ElementTypes.Of(tensor.DType) };
                graph.Input.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } });
            }
            else if (operands[i] is { } constant)
            {
                graph.Initializer.Add(TensorCodec.Encode(constant, name));
            }
        }

        for (int i = 0; i < outputs; i++)
        {
            node.Output.Add($"y{i}");
            graph.Output.Add(new ValueInfoProto { Name = $"y{i}" });
        }

        node.Attribute.AddRange(attributes.Select(static attribute => Emitter.Attribute(attribute.Name, attribute.Value)));
        graph.Node.Add(node);
        ModelProto model = new() { IrVersion = opset < 21 ? 8 : opset < 24 ? 10 : 12, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        return model;
    }

    private static void Check(
        string operation, int opset, Tensor?[] operands, int inputs = 1, int outputs = 1, params (string Name, object Value)[] attributes)
    {
        byte[] file = Model(operation, opset, operands, inputs, outputs, attributes).ToByteArray();
        Tensor[] given = [.. operands.Take(inputs).OfType<Tensor>()];
        Tensor[] expected = Ort.Run(file, given), actual = OnnxModel.Load(file).Import().Run(given);
        for (int i = 0; i < outputs; i++)
        {
            string? difference = Compare.Difference(expected[i], actual[i].Detach(), 1e-4, 1e-5);
            Assert.True(difference is null, $"{operation} of opset {opset}, output {i}: {difference}");
        }
    }

    [Theory]
    [InlineData(23)]
    [InlineData(24)]
    public void Attention(int opset)
    {
        Tensor q = Real(2, 4, 3, 8), k = Real(2, 4, 5, 8), v = Real(2, 4, 5, 6);
        Check("Attention", opset, [q, k, v], 3);
        Check("Attention", opset, [q, k, v], 3, 1, ("scale", 0.3), ("softcap", 2.0));
        Check("Attention", opset, [q, k, v, Real(3, 5)], 4);
        Check("Attention", opset, [q, k, v, Real(2, 1, 3, 5).Greater(-0.5)], 4);
        Check("Attention", opset, [Real(2, 4, 5, 8), k, v], 3, 1, ("is_causal", 1));
        Check("Attention", opset, [q, Real(2, 2, 5, 8), Real(2, 2, 5, 6)], 3);
        Check("Attention", opset, [Real(2, 3, 32), Real(2, 5, 32), Real(2, 5, 24)], 3, 1, ("q_num_heads", 4), ("kv_num_heads", 4));
        Check("Attention", opset, [q, k, v, null, Real(2, 4, 7, 8), Real(2, 4, 7, 6)], 6, 3);
    }

    [Fact]
    public void Rotary_positions()
    {
        Tensor cos = Real(10, 4), sin = Real(10, 4), places = Tensor.From([0L, 1, 2, 5, 6, 7], 2, 3);
        foreach (int interleaved in (int[])[0, 1])
        {
            Check("RotaryEmbedding", 23, [Real(2, 4, 3, 8), cos, sin, places], 4, 1, ("interleaved", interleaved));
            Check(
                "RotaryEmbedding", 23, [Real(2, 3, 32), cos, sin, places], 4, 1, ("interleaved", interleaved), ("num_heads", 4));
        }
    }

    [Fact]
    public void Normalizations()
    {
        Check("RMSNormalization", 23, [Real(2, 3, 8), Real(8)], 1, 1, ("epsilon", 1e-3));
        Check("LayerNormalization", 17, [Real(2, 3, 8), Real(3, 8), Real(3, 8)], 1, 1, ("axis", 1));
        Check("GroupNormalization", 21, [Real(2, 6, 4, 5), Real(6), Real(6)], 1, 1, ("num_groups", 3));
        Check("InstanceNormalization", 22, [Real(2, 3, 4), Real(3), Real(3)]);
        Check("LRN", 13, [Real(2, 7, 4, 4)], 1, 1, ("size", 3), ("alpha", 0.2), ("beta", 0.6), ("bias", 1.5));
        Check("MeanVarianceNormalization", 13, [Real(2, 3, 4, 4)]);
        Check("LpNormalization", 1, [Real(3, 4)], 1, 1, ("p", 1), ("axis", 0));
    }

    [Theory]
    [InlineData("nearest", "half_pixel")]
    [InlineData("nearest", "asymmetric")]
    [InlineData("nearest", "align_corners")]
    [InlineData("linear", "half_pixel")]
    [InlineData("linear", "pytorch_half_pixel")]
    [InlineData("linear", "align_corners")]
    [InlineData("linear", "asymmetric")]
    [InlineData("cubic", "half_pixel")]
    [InlineData("cubic", "align_corners")]
    public void Resize(string mode, string coordinates)
    {
        foreach ((int height, int width) in ((int, int)[])[(3, 5), (9, 4), (6, 7), (13, 20)])
        {
            Check(
                "Resize", 19, [Real(1, 2, 6, 7), null, null, Whole(1, 2, height, width)], 1, 1, ("mode", mode),
                ("coordinate_transformation_mode", coordinates));
        }

        if (coordinates != "align_corners")
        {
            // With aligned corners ONNX Runtime counts whole elements where the standard's own implementation counts fractions.
            Check(
                "Resize", 19, [Real(1, 2, 6, 7), null, Tensor.From([1f, 1, 1.7f, 0.6f])], 1, 1, ("mode", mode),
                ("coordinate_transformation_mode", coordinates));
        }
    }

    [Fact]
    public void Pooling()
    {
        foreach (int ceiling in (int[])[0, 1])
        {
            foreach (int counts in (int[])[0, 1])
            {
                Check(
                    "AveragePool", 22, [Real(2, 3, 9, 8)], 1, 1, ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 3]),
                    ("pads", (long[])[1, 0, 2, 1]), ("count_include_pad", counts), ("ceil_mode", ceiling));
                Check(
                    "MaxPool", 22, [Real(2, 3, 9, 8)], 1, 2, ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 3]),
                    ("pads", (long[])[1, 0, 1, 1]), ("ceil_mode", ceiling), ("dilations", (long[])[1, 2]));
            }
        }

        Check("LpPool", 22, [Real(2, 3, 9)], 1, 1, ("kernel_shape", (long[])[3]), ("p", 3));
        Check("MaxPool", 12, [Real(1, 1, 5, 5)], 1, 1, ("kernel_shape", (long[])[3, 3]), ("auto_pad", "SAME_LOWER"));
    }

    [Fact]
    public void Quantized_operators()
    {
        Tensor x = Tensor.RandInt(0, 255, [2, 3, 5, 5], generator: s_random).To(DType.UInt8);
        Tensor w = Tensor.RandInt(0, 255, [4, 3, 3, 3], generator: s_random).To(DType.UInt8);
        Tensor one = Tensor.FromScalar(128L).To(DType.UInt8), scale = Tensor.FromScalar(0.02f), small = Tensor.FromScalar(0.7f);
        Check("ConvInteger", 10, [x, w, one, one], 1, 1, ("pads", (long[])[1, 1, 1, 1]));
        Check("QLinearConv", 10, [x, scale, one, w, scale, one, small, one], 1, 1, ("strides", (long[])[2, 2]));
        Tensor a = Tensor.RandInt(0, 255, [4, 6], generator: s_random).To(DType.UInt8);
        Tensor b = Tensor.RandInt(0, 255, [6, 5], generator: s_random).To(DType.UInt8);
        Check("MatMulInteger", 10, [a, b, one, one]);
        Check("QLinearMatMul", 10, [a, scale, one, b, scale, one, small, one]);
        Check("QuantizeLinear", 13, [Real(3, 4), Tensor.From([0.01f, 0.02f, 0.03f, 0.05f]), Tensor.Full([4], 100L).To(DType.UInt8)], 1,
            1, ("axis", 1));
        Check("DequantizeLinear", 13, [a, Tensor.Rand(6), Tensor.Full([6], 100L).To(DType.UInt8)], 1, 1, ("axis", 1));
        Check("DynamicQuantizeLinear", 11, [Real(3, 7)], 1, 3);
    }

    [Fact]
    public void Recurrent_operators()
    {
        Tensor x = Real(5, 2, 3);
        foreach (string direction in (string[])["forward", "reverse", "bidirectional"])
        {
            int d = direction == "bidirectional" ? 2 : 1;
            (string, object)[] told = [("hidden_size", 4), ("direction", direction)];
            Tensor lengths = Tensor.From([5, 3]);
            Check("LSTM", 14, [x, Real(d, 16, 3), Real(d, 16, 4), Real(d, 32), null, Real(d, 2, 4), Real(d, 2, 4), Real(d, 12)], 1, 3,
                told);
            Check("LSTM", 14, [x, Real(d, 16, 3), Real(d, 16, 4), Real(d, 32), lengths], 1, 3, told);
            Check("GRU", 14, [x, Real(d, 12, 3), Real(d, 12, 4), Real(d, 24), lengths, Real(d, 2, 4)], 1, 2, told);
            Check("GRU", 14, [x, Real(d, 12, 3), Real(d, 12, 4), Real(d, 24)], 1, 2, [.. told, ("linear_before_reset", 1)]);
            Check("RNN", 14, [x, Real(d, 4, 3), Real(d, 4, 4), Real(d, 8)], 1, 2, [.. told, ("clip", 0.5)]);
        }
    }

    [Fact]
    public void Movement_and_indices()
    {
        Check("CenterCropPad", 18, [Real(4, 7, 3), Whole(6, 4)], 1, 1, ("axes", (long[])[0, 1]));
        Check("Pad", 19, [Real(3, 4), Whole(1, 2, 2, 5)], 1, 1, ("mode", "wrap"));
        Check("Pad", 18, [Real(3, 4), Whole(2, -1, 0, 3)], 1, 1, ("mode", "constant"));
        Check("Pad", 18, [Real(3, 4), Whole(2, 3, 1, 1)], 1, 1, ("mode", "reflect"));
        Check("Slice", 13, [Real(5, 6), Whole(-1, 1), Whole(-100, 100), Whole(0, 1), Whole(-2, 3)]);
        Check("ScatterND", 18, [Real(4, 3), Tensor.From([1L, 3, 1], 3, 1), Real(3, 3)], 1, 1, ("reduction", "max"));
        Check("ScatterElements", 18, [Real(4, 3), Tensor.From([0L, -1, 2], 1, 3), Real(1, 3)], 1, 1, ("reduction", "mul"));
        Check("GatherND", 13, [Real(2, 4, 3), Tensor.From([0L, 3, 1, 2], 2, 2, 1)], 1, 1, ("batch_dims", 1));
        Check("Unique", 11, [Tensor.From([3f, 1, 2, 1, 3, 3])], 1, 4);
        Check("Trilu", 14, [Real(2, 4, 5), Tensor.FromScalar(-1L)], 1, 1, ("upper", 0));
        Check("Col2Im", 18, [Real(1, 18, 12), Whole(6, 5), Whole(3, 3)], 1);
        Check("DepthToSpace", 13, [Real(1, 8, 2, 3)], 1, 1, ("blocksize", 2), ("mode", "CRD"));
        Check("ReverseSequence", 10, [Real(4, 3, 2), Whole(1, 4, 2)], 1, 1, ("time_axis", 0), ("batch_axis", 1));
        Check("TopK", 11, [Real(3, 7), Whole(3)], 1, 2, ("axis", 1), ("largest", 0));
    }

    [Fact]
    public void Functions()
    {
        Tensor x = Real(3, 5);
        foreach (string name in (string[])[
            "HardSwish", "Mish", "Softsign", "Softplus", "Erf", "Round", "Celu", "Selu", "ThresholdedRelu", "Shrink"])
        {
            Check(name, 18, [x * 2]);
        }

        Check("Gelu", 20, [x], 1, 1, ("approximate", "tanh"));
        Check("IsInf", 20, [Tensor.From([1f, float.NegativeInfinity, float.PositiveInfinity, float.NaN])], 1, 1, ("detect_negative", 0));
        Check("ReduceLogSumExp", 18, [x, Whole(1)]);
        Check("ReduceMax", 20, [x.Greater(0), Whole(0)]);
        Check("CumSum", 14, [x, Tensor.FromScalar(1L)], 1, 1, ("exclusive", 1), ("reverse", 1));
        Check("ArgMax", 13, [Tensor.From([1f, 3, 3, 2])], 1, 1, ("select_last_index", 1));
        Check("Mod", 13, [Whole(-7, 7, -7, 7), Whole(3, 3, -3, -3)], 2);
        Check("BitShift", 11, [Whole(1, 2, 255).To(DType.UInt8), Whole(3, 7, 9).To(DType.UInt8)], 2, 1, ("direction", "LEFT"));
        Check("DFT", 20, [Real(2, 8, 1), null, Tensor.FromScalar(1L)], 1, 1, ("onesided", 1));
        Check("STFT", 17, [Real(1, 32, 1), Tensor.FromScalar(4L), Tensor.Rand(8), Tensor.FromScalar(8L)]);
        Check("HannWindow", 17, [Tensor.FromScalar(9L)], 0);
        Check("BlackmanWindow", 17, [Tensor.FromScalar(9L)], 0, 1, ("periodic", 0));
        Check("GridSample", 20, [Real(1, 2, 4, 5), Tensor.Rand([1, 3, 3, 2], generator: s_random)], 2, 1, ("mode", "cubic"));
        Check("AffineGrid", 20, [Real(1, 2, 3), Whole(1, 1, 4, 5)], 1, 1, ("align_corners", 1));
        Check("Einsum", 12, [Real(2, 3, 4), Real(2, 4, 5)], 2, 1, ("equation", "bij,bjk->bik"));
        Check("Det", 11, [Real(2, 3, 3)]);
    }

    [Fact]
    public void Operators_that_ONNX_Runtime_does_not_have_follow_their_formulas()
    {
        Tensor[] Run(string operation, Tensor?[] operands, int outputs, params (string Name, object Value)[] attributes) =>
            OnnxModel.Load(Model(operation, 27, operands, operands.Length, outputs, attributes).ToByteArray()).Import()
                .Run([.. operands.OfType<Tensor>()]);

        Tensor a = Real(2, 3), b = Real(2, 3);
        Compare.Same((a * 2).Sigmoid() * a * b, Run("SwiGLU", [a, b], 1, ("alpha", 2.0))[0]);

        // A sequence in two calls is the same as in one.
        Tensor x = Real(2, 3, 7), w = Real(3, 1, 4), bias = Real(3);
        Tensor[] whole = Run("CausalConvWithState", [x, w, bias], 2), first = Run("CausalConvWithState", [x[.., .., ..3], w, bias], 2);
        Tensor[] rest = Run("CausalConvWithState", [x[.., .., 3..], w, bias, first[1]], 2);
        Compare.Same(x.Pad([3, 0]).Conv1d(w, bias, groups: 3), whole[0]);
        Compare.Same(whole[0], Tensor.Cat([first[0], rest[0]], 2));

        // Plain linear attention is causal attention without a softmax, here of two heads of queries for one of keys.
        Tensor q = Real(2, 5, 8), k = Real(2, 5, 4), v = Real(2, 5, 3);
        (string, object)[] told = [("q_num_heads", 2), ("kv_num_heads", 1)];
        Tensor heads = q.Reshape(2, 5, 2, 4).Transpose(1, 2), weights = (heads.MatMul(k.Unsqueeze(1).Transpose(2, 3)) * 0.5).Tril();
        Tensor expected = weights.MatMul(v.Unsqueeze(1)).Transpose(1, 2).Reshape(2, 5, 6);
        Compare.Same(expected, Run("LinearAttention", [q, k, v], 2, [.. told, ("update_rule", "linear")])[0], 1e-4, 1e-5);

        // The gated rule of decay 0 and the corrected one, step by step.
        Tensor none = Tensor.Zeros(2, 5, 1), rate = Tensor.Rand([2, 5, 1], generator: s_random), start = Tensor.Zeros(2, 1, 4, 3);
        Tensor gated = Run("LinearAttention", [q, k, v, start, none], 2, [.. told, ("update_rule", "gated")])[0];
        Compare.Same(expected, gated, 1e-4, 1e-5);
        Tensor state = Tensor.Zeros(2, 4, 3);
        for (int i = 0; i < 5; i++)
        {
            Tensor key = k.Select(1, i).Unsqueeze(-1);
            Tensor error = v.Select(1, i).Unsqueeze(1) - key.Transpose(1, 2).MatMul(state);
            state = state + (rate.Select(1, i).Unsqueeze(-1) * key.MatMul(error));
        }

        Tensor[] corrected = Run("LinearAttention", [q, k, v, start, none, rate], 2, told);
        Compare.Same(state.Unsqueeze(1), corrected[1], 1e-4, 1e-5);
    }

    [Fact]
    public void Regions()
    {
        Tensor boxes = Tensor.From([0f, 0, 4, 4, 1, 2, 7, 6, 3, 3, 8, 8], 3, 4);
        foreach (string mode in (string[])["avg", "max"])
        {
            Check(
                "RoiAlign", 16, [Real(2, 3, 9, 9), boxes, Whole(0, 1, 1)], 1, 1, ("mode", mode), ("output_height", 3), ("output_width", 2),
                ("sampling_ratio", 2), ("spatial_scale", 0.8));
        }

        Check("MaxRoiPool", 1, [Real(2, 3, 9, 9), Tensor.From([0f, 0, 0, 4, 4, 1, 2, 2, 7, 6], 2, 5)], 1, 1, ("pooled_shape", (long[])[2,
            3]));
        Tensor many = Tensor.Rand([1, 20, 4], generator: s_random), scores = Tensor.Rand([1, 2, 20], generator: s_random);
        Check(
            "NonMaxSuppression", 11, [many, scores, Tensor.FromScalar(5L), Tensor.FromScalar(0.3f), Tensor.FromScalar(0.2f)], 2);
    }
}
