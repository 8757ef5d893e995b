namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>
/// The public members that finite differences cannot judge, each with the reason. What has a derivative at all is compared with
/// PyTorch in Golden instead.
/// </summary>
internal static class SweepExceptions
{
    private const string Step = "a step function: its derivative is 0 wherever it has one, differences across a step are not";
    private const string Truth = "its result is truth values";
    private const string Integer = "for integers and truth values, which have no derivatives";
    private const string Indices = "its result is positions";
    private const string Counts = "its result is counts";
    private const string Creation = "makes a tensor from no differentiable input";
    private const string Random = "draws random numbers, which cut the gradient; RandomTests looks at their distribution";
    private const string Container = "holds modules and has no function of its own";
    private const string State = "returns its own tensor: marks or fills it, and computes nothing";

    public static readonly IReadOnlyDictionary<string, string> Members = new Dictionary<string, string>
    {
        ["All"] = Truth,
        ["Any"] = Truth,
        ["Arange"] = Creation,
        ["ArgMax"] = Indices,
        ["ArgMin"] = Indices,
        ["ArgSort"] = Indices,
        ["Bernoulli"] = Random,
        ["BernoulliInPlace"] = Random,
        ["BinCount"] = Counts,
        ["BitwiseAnd"] = Integer,
        ["BitwiseLeftShift"] = Integer,
        ["BitwiseNot"] = Integer,
        ["BitwiseOr"] = Integer,
        ["BitwiseRightShift"] = Integer,
        ["BitwiseXor"] = Integer,
        ["Bucketize"] = Indices,
        ["Ceil"] = Step,
        ["CopyFrom"] = State,
        ["CountNonZero"] = Counts,
        ["Empty"] = Creation,
        ["EmptyLike"] = Creation,
        ["EqualTo"] = Truth,
        ["ExponentialInPlace"] = Random,
        ["Eye"] = Creation,
        ["FillInPlace"] = State,
        ["Floor"] = Step,
        ["FloorDivide"] = Step,
        ["From"] = Creation,
        ["FromScalar"] = Creation,
        ["Full"] = Creation,
        ["FullLike"] = Creation,
        ["Greater"] = Truth,
        ["GreaterOrEqual"] = Truth,
        ["Heaviside"] = Step,
        ["HistC"] = Counts,
        ["Histogram"] = Counts,
        ["IsClose"] = Truth,
        ["IsFinite"] = Truth,
        ["IsInf"] = Truth,
        ["IsNaN"] = Truth,
        ["IsNegInf"] = Truth,
        ["IsPosInf"] = Truth,
        ["Less"] = Truth,
        ["Layers.Lambda`2"] = Container,
        ["Layers.ModuleDict`1"] = Container,
        ["Layers.ModuleList`1"] = Container,
        ["Layers.Sequential`2"] = Container,
        ["Layers.Sign"] = Step,
        ["Layers.Step"] = Step,
        ["LessOrEqual"] = Truth,
        ["Linspace"] = Creation,
        ["Linalg.MatrixRank"] = Counts,
        ["LogicalAnd"] = Truth,
        ["LogicalNot"] = Truth,
        ["LogicalOr"] = Truth,
        ["LogicalXor"] = Truth,
        ["Logspace"] = Creation,
        ["Multinomial"] = Random,
        ["NonZero"] = Indices,
        ["NonZeroAsTuple"] = Indices,
        ["Normal"] = Random,
        ["NormalInPlace"] = Random,
        ["NotEqualTo"] = Truth,
        ["OneHot"] = Integer,
        ["Ones"] = Creation,
        ["OnesLike"] = Creation,
        ["Rand"] = Random,
        ["RandInt"] = Random,
        ["RandIntLike"] = Random,
        ["RandLike"] = Random,
        ["RandPerm"] = Random,
        ["Randn"] = Random,
        ["RandnLike"] = Random,
        ["RandomInPlace"] = Random,
        ["RetainGrad"] = State,
        ["Round"] = Step,
        ["SearchSorted"] = Indices,
        ["Sgn"] = Step,
        ["Sign"] = Step,
        ["SignBit"] = Truth,
        ["Trunc"] = Step,
        ["Step"] = Step,
        ["TruncDivide"] = Step,
        ["Uniform"] = Random,
        ["UniformInPlace"] = Random,
        ["Unique"] = "its result are the different values, and its number jumps where two become equal",
        ["UniqueConsecutive"] = "its result are the runs of equal values, and its number jumps where two become equal",
        ["Loss.WithCount"] = State,
        ["Wrap"] = Creation,
        ["ZeroInPlace"] = State,
        ["Zeros"] = Creation,
        ["ZerosLike"] = Creation,
        ["get_Grad"] = State,
        ["op_BitwiseAnd"] = Integer,
        ["op_BitwiseOr"] = Integer,
        ["op_ExclusiveOr"] = Integer,
        ["op_GreaterThan"] = Truth,
        ["op_GreaterThanOrEqual"] = Truth,
        ["op_Implicit"] = Creation,
        ["op_LeftShift"] = Integer,
        ["op_LessThan"] = Truth,
        ["op_LessThanOrEqual"] = Truth,
        ["op_OnesComplement"] = Integer,
        ["op_RightShift"] = Integer,
    };

    /// <summary>True for a member without a value that is the same each time.</summary>
    public static bool HasNoValue(string member) => Members.GetValueOrDefault(member) is Random or Container;

    /// <summary>True for an operation on integers and truth values alone.</summary>
    public static bool IsInteger(string member) => Members.GetValueOrDefault(member) is Integer or Truth;
}
