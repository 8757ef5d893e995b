using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.DefaultProject;

/// <summary>One call of a kernel of every family, on operands that take some hundred microseconds.</summary>
internal static class Kernels
{
    /// <summary>The kernels by name; a call of the function makes the operands and gives what is timed.</summary>
    public static IReadOnlyDictionary<string, Func<Action>> All { get; } = new OrderedDictionary<string, Func<Action>>
    {
        // Elementwise: one, two and three operands, in place, other types, operands that are not in place.
        ["exp"] = static () => Unary(static x => x.Exp()),
        ["tanh"] = static () => Unary(static x => x.Tanh()),
        ["sigmoid"] = static () => Unary(static x => x.Sigmoid()),
        ["gelu"] = static () => Unary(static x => x.Gelu()),
        ["softplus"] = static () => Unary(static x => x.Softplus()),
        ["sin"] = static () => Unary(static x => x.Sin()),
        ["exp_float64"] = static () => Unary(static x => x.Exp(), DType.Float64),
        ["exp_float16"] = static () => Unary(static x => x.Exp(), DType.Float16),
        ["exp_transposed"] = static () => Unary(static x => x.View(256, -1).Transpose(0, 1).Exp()),
        ["tanh_in_place"] = static () => Unary(static x => x.TanhInPlace()),
        ["add"] = static () => Binary(static (a, b) => a + b),
        ["pow"] = static () => Binary(static (a, b) => a.Abs().Pow(b)),
        ["atan2"] = static () => Binary(static (a, b) => a.Atan2(b)),
        ["add_row"] = static () => Binary(static (a, b) => a.View(256, -1) + b[..1024]),
        ["greater"] = static () => Binary(static (a, b) => a.Greater(b)),
        ["fmod"] = static () => Binary(static (a, b) => a.Fmod(b)),
        ["floor_divide_int32"] = static () => Integers(static (a, b) => a.FloorDivide(b)),
        ["bitwise_and_int64"] = static () => Integers(static (a, b) => a.BitwiseAnd(b), DType.Int64),
        ["add_cmul"] = static () => Binary(static (a, b) => a.AddCMul(a, b, 0.5)),
        ["lerp"] = static () => Binary(static (a, b) => a.Lerp(b, a)),
        ["where"] = static () => Binary(static (a, b) => Tensor.Where(a.Greater(0), a, b)),

        // Derivatives.
        ["tanh_backward"] = static () => Gradient(static x => x.Tanh()),
        ["gelu_backward"] = static () => Gradient(static x => x.Gelu()),
        ["mul_backward"] = static () => Gradient(static x => x * x),
        ["pow_backward"] = static () => Gradient(static x => x.Abs().Pow(x)),
        ["lerp_backward"] = static () => Gradient(static x => x.Lerp(x, x)),
        ["softmax_backward"] = static () => Gradient(static x => x.View(256, -1).Softmax(-1)),
        ["log_softmax_backward"] = static () => Gradient(static x => x.View(256, -1).LogSoftmax(-1)),
        ["layer_norm_backward"] = static () => LayerNormBackward(),
        ["batch_norm_backward"] = static () => BatchNormBackward(),
        ["cross_entropy_backward"] = static () => CrossEntropyBackward(),
        ["mse_backward"] = static () => Gradient(static x => Loss.MSE(x, Tensor.ZerosLike(x))),

        // Updates.
        ["sgd"] = static () => Update(static p => new SGD(p, 0.1, momentum: 0.9)),
        ["adam"] = static () => Update(static p => new Adam(p)),
        ["adamw"] = static () => Update(static p => new AdamW(p)),
        ["rmsprop"] = static () => Update(static p => new RMSprop(p)),
        ["adadelta"] = static () => Update(static p => new AdaDelta(p)),
        ["adagrad"] = static () => Update(static p => new AdaGrad(p)),

        // Reductions and scans.
        ["sum"] = static () => Unary(static x => x.Sum()),
        ["sum_rows"] = static () => Unary(static x => x.View(256, -1).Sum(1)),
        ["sum_columns"] = static () => Unary(static x => x.View(256, -1).Sum(0)),
        ["sum_float16"] = static () => Unary(static x => x.View(256, -1).Sum(1), DType.Float16),
        ["amax"] = static () => Unary(static x => x.Amax(0)),
        ["norm"] = static () => Unary(static x => x.View(256, -1).Norm(3.0, [1])),
        ["std"] = static () => Unary(static x => x.View(256, -1).Std(1)),
        ["log_sum_exp"] = static () => Unary(static x => x.View(256, -1).LogSumExp(1)),
        ["arg_max"] = static () => Unary(static x => x.View(256, -1).ArgMax(1)),
        ["cum_sum"] = static () => Unary(static x => x.View(256, -1).CumSum(1)),
        ["cum_prod"] = static () => Unary(static x => x.View(256, -1).CumProd(1)),

        // Softmax, normalizations, losses.
        ["softmax"] = static () => Unary(static x => x.View(256, -1).Softmax(-1)),
        ["softmax_short"] = static () => Unary(static x => x.View(-1, 10).Softmax(-1), count: 80_000),
        ["log_softmax"] = static () => Unary(static x => x.View(256, -1).LogSoftmax(-1)),
        ["layer_norm"] = static () => Layer(new LayerNorm(1024), 256, 1024),
        ["batch_norm"] = static () => Layer(new BatchNorm2d(16), 16, 16, 32, 32),
        ["cross_entropy"] = static () => CrossEntropy(),
        ["mse"] = static () => Binary(static (a, b) => Loss.MSE(a, b)),
        ["bce_with_logits"] = static () => Binary(static (a, b) => Loss.BCEWithLogits(a, b)),

        // Products.
        ["gemm_4"] = static () => Product([4, 2], [2, 8]),
        ["gemm_64"] = static () => Product([64, 64], [64, 64]),
        ["gemm_256"] = static () => Product([256, 256], [256, 256]),
        ["gemm_float64"] = static () => Product([192, 192], [192, 192], DType.Float64),
        ["matrix_vector"] = static () => Product([1024, 1024], [1024, 1]),
        ["vector_matrix"] = static () => Product([1, 1024], [1024, 1024]),
        ["gemm_batch"] = static () => Product([64, 32, 32], [64, 32, 32]),
        ["gemm_int32"] = static () => Integers(static (a, b) => a.View(512, -1)[.., ..64].MatMul(b.View(512, -1)[..64, ..64])),
        ["linear"] = static () => Layer(new Linear(256, 128), 64, 256),
        ["linear_backward"] = static () => LayerGradient(new Linear(256, 128), 64, 256),

        // Convolution and pooling.
        ["conv3x3"] = static () => Layer(new Conv2d(16, 16, 3, padding: 1), 8, 16, 16, 16),
        ["conv3x3_stride2"] = static () => Layer(new Conv2d(16, 16, 3, stride: 2, padding: 1), 8, 16, 32, 32),
        ["conv1x1"] = static () => Layer(new Conv2d(64, 64, 1), 8, 64, 14, 14),
        ["conv_depthwise"] = static () => Layer(new Conv2d(32, 32, 3, padding: 1, groups: 32), 8, 32, 28, 28),
        ["conv3x3_backward"] = static () => LayerGradient(new Conv2d(16, 16, 3, padding: 1), 8, 16, 16, 16),
        ["conv3x3_stride2_backward"] = static () => LayerGradient(new Conv2d(4, 4, 3, stride: 2, padding: 1), 8, 4, 32, 32),
        ["conv_depthwise_backward"] = static () => LayerGradient(new Conv2d(32, 32, 3, padding: 1, groups: 32), 4, 32, 28, 28),
        ["max_pool2"] = static () => Layer(new MaxPool2d(2), 8, 16, 32, 32),
        ["max_pool3"] = static () => Layer(new MaxPool2d(3, 2, 1), 8, 16, 32, 32),
        ["avg_pool2"] = static () => Layer(new AvgPool2d(2), 8, 16, 32, 32),
        ["avg_pool_whole"] = static () => Layer(new AdaptiveAvgPool2d(1), 16, 32, 16, 16),
        ["max_pool_backward"] = static () => LayerGradient(new MaxPool2d(2), 8, 16, 32, 32),
        ["avg_pool_backward"] = static () => LayerGradient(new AvgPool2d(3, 2, 1), 8, 16, 32, 32),

        // Random numbers.
        ["uniform"] = static () => Unary(static x => x.UniformInPlace(-1, 1)),
        ["normal"] = static () => Unary(static x => x.NormalInPlace()),
        ["normal_float64"] = static () => Unary(static x => x.NormalInPlace(), DType.Float64),
        ["bernoulli"] = static () => Unary(static x => x.BernoulliInPlace(0.3)),
        ["random_integers"] = static () => static () => Tensor.RandInt(1000, [Count]),
        ["dropout"] = static () => Unary(static x => x.Dropout(0.2)),

        // Conversion and copies.
        ["to_float16"] = static () => Unary(static x => x.To(DType.Float16)),
        ["to_bfloat16"] = static () => Unary(static x => x.To(DType.BFloat16)),
        ["from_float16"] = static () => Unary(static x => x.To(DType.Float32), DType.Float16),
        ["to_int64"] = static () => Unary(static x => x.To(DType.Int64)),
        ["to_uint8"] = static () => Unary(static x => x.Abs().To(DType.UInt8)),
        ["transposed_copy"] = static () => Unary(static x => x.View(512, -1).Transpose(0, 1).Contiguous()),
        ["strided_copy"] = static () => Unary(static x => x.View(-1, 4)[.., 1..3].Contiguous()),
        ["triangle"] = static () => Unary(static x => x.View(512, -1).Tril()),
        ["arange"] = static () => static () => Tensor.Arange(Count),

        // Indexing and order.
        ["gather"] = static () => Indexed(static (x, rows, places) => x.Gather(1, places)),
        ["scatter_add"] = static () => Indexed(static (x, rows, places) => x.ScatterAdd(1, places, x)),
        ["index_select"] = static () => Indexed(static (x, rows, places) => x.IndexSelect(0, rows)),
        ["index_add"] = static () => Indexed(static (x, rows, places) => x.IndexAdd(0, rows, x)),
        ["embedding_backward"] = static () => EmbeddingBackward(),
        ["masked_select"] = static () => Unary(static x => x.MaskedSelect(x.Greater(0))),
        ["sort"] = static () => Unary(static x => x.View(64, -1).Sort().Values, count: 1 << 15),
        ["top_k"] = static () => Unary(static x => x.View(64, -1).TopK(8).Values, count: 1 << 15),
        ["median"] = static () => Unary(static x => x.View(64, -1).Median(1).Values, count: 1 << 15),
        ["search_sorted"] = static () => SearchSorted(),

        // Tensors of a few elements: what calls cost.
        ["small_network"] = static () => SmallNetwork(),
    };

    /// <summary>At least one of each family, those first that have collapsed before: what the continuous integration compares.</summary>
    public static IReadOnlyList<string> Quick { get; } =
    [
        "tanh", "exp", "sigmoid", "gelu", "softmax", "log_softmax", "atan2", "gelu_backward", "adam", "norm", "layer_norm", "gemm_64",
        "conv3x3", "max_pool3", "normal", "to_float16", "index_add", "sort", "small_network",
    ];

    private const int Count = 1 << 18;

    private static Action Unary(Func<Tensor, Tensor> function, DType dtype = DType.Float32, int count = Count)
    {
        Tensor x = Tensor.Randn(count).To(dtype);
        return () => function(x);
    }

    private static Action Binary(Func<Tensor, Tensor, Tensor> function)
    {
        Tensor a = Tensor.Randn(Count), b = Tensor.Randn(Count);
        return () => function(a, b);
    }

    private static Action Integers(Func<Tensor, Tensor, Tensor> function, DType dtype = DType.Int32)
    {
        Tensor a = Tensor.RandInt(-1000, 1000, [Count], dtype), b = Tensor.RandInt(1, 100, [Count], dtype);
        return () => function(a, b);
    }

    private static Action Product(int[] a, int[] b, DType dtype = DType.Float32)
    {
        Tensor left = Tensor.Randn(a, dtype), right = Tensor.Randn(b, dtype);
        return () => left.MatMul(right);
    }

    private static Action Layer(Module<Tensor, Tensor> layer, params int[] shape)
    {
        Tensor x = Tensor.Randn(shape);
        return () =>
        {
            using (GradMode.NoGrad())
            {
                layer.Forward(x);
            }
        };
    }

    private static Action Gradient(Func<Tensor, Tensor> function)
    {
        Tensor x = Tensor.Randn(Count);
        x.RequiresGrad = true;
        Tensor y = function(x);
        Tensor gradient = Tensor.OnesLike(y.Detach());
        return () => Autograd.Grad(y, x, gradient, retainGraph: true);
    }

    private static Action LayerGradient(Layer layer, params int[] shape)
    {
        Tensor x = Tensor.Randn(shape);
        x.RequiresGrad = true;
        Tensor y = layer.Forward(x);
        Tensor[] inputs = [x, .. layer.Parameters()];
        Tensor gradient = Tensor.OnesLike(y.Detach());
        return () => Autograd.Grad(y, inputs, gradient, retainGraph: true);
    }

    private static Action LayerNormBackward() => LayerGradient(new LayerNorm(1024), 256, 1024);

    private static Action BatchNormBackward() => LayerGradient(new BatchNorm2d(16), 16, 16, 32, 32);

    private static Action CrossEntropy()
    {
        Tensor x = Tensor.Randn(1024, 256), target = Tensor.RandInt(256, [1024]);
        return () => Loss.CrossEntropy(x, target);
    }

    private static Action CrossEntropyBackward()
    {
        Tensor x = Tensor.Randn(1024, 256), target = Tensor.RandInt(256, [1024]);
        x.RequiresGrad = true;
        Tensor y = Loss.CrossEntropy(x, target);
        return () => Autograd.Grad(y, x, retainGraph: true);
    }

    private static Action Update(Func<IEnumerable<Tensor>, Optimizer> create)
    {
        Tensor parameter = Tensor.Randn(Count);
        parameter.RequiresGrad = true;
        Optimizer optimizer = create([parameter]);
        parameter.Grad = Tensor.Randn(Count);
        return optimizer.Step;
    }

    private static Action Indexed(Func<Tensor, Tensor, Tensor, Tensor> function)
    {
        Tensor x = Tensor.Randn(1024, 256), rows = Tensor.RandInt(1024, [1024]), places = Tensor.RandInt(256, [1024, 256]);
        return () => function(x, rows, places);
    }

    private static Action EmbeddingBackward()
    {
        Tensor weight = Tensor.Randn(2048, 64), indices = Tensor.RandInt(2048, [1024]);
        weight.RequiresGrad = true;
        Tensor y = Tensor.Embedding(weight, indices);
        Tensor gradient = Tensor.OnesLike(y.Detach());
        return () => Autograd.Grad(y, weight, gradient, retainGraph: true);
    }

    private static Action SearchSorted()
    {
        Tensor sorted = Tensor.Randn(4096).Sort().Values, values = Tensor.Randn(1 << 15);
        return () => sorted.SearchSorted(values);
    }

    /// <summary>Twenty steps of training a network of 33 parameters.</summary>
    private static Action SmallNetwork()
    {
        Sequential model = new(new Linear(2, 8), new Tanh(), new Linear(8, 1));
        SGD optimizer = new(model.Parameters(), 0.1);
        Tensor x = Tensor.Rand(4, 2), y = Tensor.Ones(4, 1);
        return () =>
        {
            for (int step = 0; step < 20; step++)
            {
                optimizer.ZeroGrad();
                Loss.BCEWithLogits(model.Forward(x), y).Backward();
                optimizer.Step();
            }
        };
    }
}
