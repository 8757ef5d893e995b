using System.Reflection;
using DeepLearning.Initializers;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Layers;

/// <summary>Every number that a layer or a loss is told, as NaN or far out of range, and types: refused by name, or meant.</summary>
public sealed class OptionSweepTests
{
    /// <summary>Numbers below 0 that mean something, by the argument's name.</summary>
    private static readonly Dictionary<string, string> s_mayBeNegative = new()
    {
        ["axis"] = "counts from the end",
        ["paddingIdx"] = "counts from the end",
        ["divisorOverride"] = "any divisor but 0, as in PyTorch",
        ["startAxis"] = "counts from the end",
        ["endAxis"] = "counts from the end",
        ["ignoreIndex"] = "a target that is no class",
        ["padding"] = "takes away where the padding is of a tensor (ConstantPad)",
        ["size"] = "refused with the input's shape, which tells its axes (Upsample)",
        ["blank"] = "refused with the input's shape, which tells the classes (CTCLoss)",
        ["p"] = "refused by the loss when it computes (MultiMarginLoss)",
    };

    /// <summary>Numbers that may be NaN.</summary>
    private static readonly string[] s_mayBeNaN = ["Threshold.value"];

    public static TheoryData<Type> Layers => new(typeof(Layer).Assembly.GetExportedTypes().Where(static type =>
        type.Namespace == typeof(Layer).Namespace && type.IsSubclassOf(typeof(DeepLearning.Layers.Module)) && !type.IsAbstract
        && !type.IsGenericTypeDefinition && type.GetConstructors().Any(HasNumbers)));

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_refuses_by_name_what_is_no_number_or_below_0(Type type)
    {
        foreach (ConstructorInfo constructor in type.GetConstructors().Where(HasNumbers))
        {
            ParameterInfo[] parameters = constructor.GetParameters();
            object?[] good = [.. parameters.Select(static p => Good(p))];
            constructor.Invoke(good);
            foreach (ParameterInfo parameter in parameters)
            {
                foreach (object bad in Bad(parameter, type.Name))
                {
                    object?[] given = [.. good];
                    given[parameter.Position] = bad;
                    string what = FormattableString.Invariant($"{type.Name}: {parameter.Name} = {bad}");
                    Exception? error = Record.Exception(() => constructor.Invoke(given))?.InnerException;
                    Assert.True(error is ArgumentException, $"{what} is not refused as an argument: {error}");
                    Assert.Contains(type.Name, error!.Message, StringComparison.Ordinal);
                    Assert.Contains(parameter.Name!, error.Message, StringComparison.OrdinalIgnoreCase);
                }
            }
        }
    }

    /// <summary>The calls with a number that must not be NaN: the two names that the error says.</summary>
    public static TheoryData<string> Calls => new(Numbers().Keys);

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_refuses_by_name_what_is_no_number(string names)
    {
        Action<double> call = Numbers()[names];
        foreach (double number in new[] { double.NaN, -double.NaN })
        {
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => call(number));
            Assert.All(names.Split('.'), name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_value_that_is_none_of_an_enumeration_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RNN(2, 2, nonlinearity: (RNNNonlinearity)7));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RNNCell(2, 2, nonlinearity: (RNNNonlinearity)7));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Initialize.CalculateGain((Nonlinearity)77));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Metric.Precision(3, (ClassAverage)7));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Metric.RocAuc(average: (ClassAverage)7));
    }

    private static bool HasNumbers(ConstructorInfo constructor) =>
        constructor.GetParameters() is var all && all.Any(static p => IsNumber(p.ParameterType))
        && all.All(static p => !p.ParameterType.IsByRefLike && (p.HasDefaultValue || p.ParameterType.IsValueType));

    private static bool IsNumber(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain == typeof(int) || plain == typeof(double) || plain == typeof(PerAxis));

    private static object? Good(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        if (parameter.HasDefaultValue)
        {
            object? value = parameter.DefaultValue;
            return type.IsEnum ? Enum.ToObject(type, value!) : value ?? (Nullable.GetUnderlyingType(type) is null && type.IsValueType
                ? Activator.CreateInstance(type)
                : type == typeof(PerAxis?) && parameter.Name is "outputSize" or "size" ? (PerAxis?)1 : null);
        }

        return type == typeof(int) ? 2
            : type == typeof(double) ? 0.5
            : type == typeof(PerAxis) ? (PerAxis)2
            : Activator.CreateInstance(type);
    }

    private static IEnumerable<object> Bad(ParameterInfo parameter, string type)
    {
        Type plain = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (plain == typeof(double) && !s_mayBeNaN.Contains($"{type}.{parameter.Name}"))
        {
            yield return double.NaN;
            yield return -double.NaN;
        }
        else if (plain == typeof(int) && !s_mayBeNegative.ContainsKey(parameter.Name!))
        {
            yield return -1;
            yield return int.MinValue;
        }
        else if (plain == typeof(DType))
        {
            yield return DType.Int64;
            yield return DType.Bool;
            yield return (DType)77;
        }
        else if (plain == typeof(PerAxis) && !s_mayBeNegative.ContainsKey(parameter.Name!))
        {
            yield return (PerAxis)(-1);
        }
    }

    private static Dictionary<string, Action<double>> Numbers()
    {
        Tensor x = Tensor.From([0.5f, -0.25f, 0.75f, 0.125f], 2, 2), signs = Tensor.From([1f, -1, 1, 1], 2, 2);
        Tensor sign = Tensor.From([1f, -1]), classes = Tensor.From([1L, 0]), shares = Tensor.From([1f, 0, 1, 0], 2, 2);
        Tensor image = Tensor.Ones(2, 3, 4), mean = Tensor.Zeros(3), variance = Tensor.Ones(3);
        Parameter parameter = new(Tensor.Ones(2));
        parameter.Sum().Backward();
        return new()
        {
            ["HingeEmbedding.margin"] = v => Loss.HingeEmbedding(x, signs, v),
            ["MarginRanking.margin"] = v => Loss.MarginRanking(x, x, signs, v),
            ["CosineEmbedding.margin"] = v => Loss.CosineEmbedding(x, x, sign, v),
            ["Contrastive.margin"] = v => Loss.Contrastive(x, x, sign.Clamp(0, 1), v),
            ["TripletMargin.margin"] = v => Loss.TripletMargin(x, x, x, v),
            ["TripletMargin.p"] = v => Loss.TripletMargin(x, x, x, p: v),
            ["TripletMargin.eps"] = v => Loss.TripletMargin(x, x, x, eps: v),
            ["MultiMargin.margin"] = v => Loss.MultiMargin(x, classes, margin: v),
            ["Huber.delta"] = v => Loss.Huber(x, x, v),
            ["SmoothL1.beta"] = v => Loss.SmoothL1(x, x, v),
            ["GaussianNLL.eps"] = v => Loss.GaussianNLL(x, x, Tensor.OnesLike(x), eps: v),
            ["PoissonNLL.eps"] = v => Loss.PoissonNLL(x, shares, eps: v),
            ["MAPE.eps"] = v => Loss.MAPE(x, x, v),
            ["CrossEntropy.labelSmoothing"] = v => Loss.CrossEntropy(x, classes, labelSmoothing: v),
            ["Focal.gamma"] = v => Loss.Focal(x, classes, gamma: v),
            ["SigmoidFocal.alpha"] = v => Loss.SigmoidFocal(x, shares, v),
            ["SigmoidFocal.gamma"] = v => Loss.SigmoidFocal(x, shares, gamma: v),
            ["Dice.smooth"] = v => Loss.Dice(shares, shares, v),
            ["Tversky.alpha"] = v => Loss.Tversky(shares, shares, v),
            ["Tversky.beta"] = v => Loss.Tversky(shares, shares, beta: v),
            ["Tversky.smooth"] = v => Loss.Tversky(shares, shares, smooth: v),
            ["InfoNCE.temperature"] = v => Loss.InfoNCE(x, x, temperature: v),
            ["Distillation.temperature"] = v => Loss.Distillation(x, x, classes, v),
            ["Distillation.alpha"] = v => Loss.Distillation(x, x, classes, alpha: v),
            ["CELU.alpha"] = v => x.Celu(v),
            ["ELU.alpha"] = v => x.Elu(v),
            ["Hardshrink.lambda"] = v => x.Hardshrink(v),
            ["Softshrink.lambda"] = v => x.Softshrink(v),
            ["Hardtanh.minValue"] = v => x.Hardtanh(v),
            ["Hardtanh.maxValue"] = v => x.Hardtanh(-1, v),
            ["LeakyReLU.negativeSlope"] = v => x.LeakyRelu(v),
            ["Softplus.beta"] = v => x.Softplus(v),
            ["Softplus.threshold"] = v => x.Softplus(1, v),
            ["Threshold.threshold"] = v => x.Threshold(v, 0),
            ["Step.atZero"] = v => x.Step(v),
            ["Dropout.probability"] = v => x.Dropout(v),
            ["BatchNorm.momentum"] = v => image.BatchNorm(mean, variance, training: true, momentum: v),
            ["BatchNorm.eps"] = v => image.BatchNorm(mean, variance, eps: v),
            ["InstanceNorm.momentum"] = v => image.InstanceNorm(momentum: v),
            ["InstanceNorm.eps"] = v => image.InstanceNorm(eps: v),
            ["LayerNorm.eps"] = v => image.LayerNorm([4], eps: v),
            ["GroupNorm.eps"] = v => image.GroupNorm(3, eps: v),
            ["RmsNorm.eps"] = v => image.RmsNorm([4], eps: v),
            ["LocalResponseNorm.alpha"] = v => image.LocalResponseNorm(2, v),
            ["LocalResponseNorm.beta"] = v => image.LocalResponseNorm(2, beta: v),
            ["LocalResponseNorm.k"] = v => image.LocalResponseNorm(2, k: v),
            ["Normalize.eps"] = v => x.Normalize(2, 1, v),
            ["Norm.order"] = v => x.Norm(v),
            ["CosineSimilarity.eps"] = v => x.CosineSimilarity(x, 1, v),
            ["PairwiseDistance.p"] = v => x.PairwiseDistance(x, v),
            ["PairwiseDistance.eps"] = v => x.PairwiseDistance(x, 2, v),
            ["Cdist.order"] = v => x.Cdist(x, v),
            ["ScaledDotProductAttention.scale"] = v => Tensor.ScaledDotProductAttention(x, x, x, scale: v),
            ["ClipNorm.maxNorm"] = v => Gradients.ClipNorm([parameter], v),
            ["ClipNorm.normType"] = v => Gradients.ClipNorm([parameter], 1, v),
            ["ClipValue.bound"] = v => Gradients.ClipValue([parameter], v),
            ["BinaryAccuracy.threshold"] = v => Metric.BinaryAccuracy(v),
            ["FBeta.beta"] = v => Metric.FBeta(3, v),
        };
    }
}
