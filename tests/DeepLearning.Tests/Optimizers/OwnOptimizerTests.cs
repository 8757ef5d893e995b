using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>What an optimizer in one file gets from the base: options in checkpoints and in their range, states of any shape.</summary>
public class OwnOptimizerTests
{
    public static TheoryData<string> Options => new(
        typeof(Optimizer).Assembly.GetExportedTypes().Where(static t => t.IsSubclassOf(typeof(OptimizerOptions)) && !t.IsAbstract)
            .Select(static t => t.Name));

    [Fact]
    public void Every_option_goes_through_a_checkpoint_whatever_its_type()
    {
        Shrinking saved = new(Leaf(), new() { LearningRate = 0.5, Shrink = 0.25, Delay = 3, IsRounded = true });
        OrderedDictionary<string, Tensor> state = saved.StateDict();
        Assert.Equal(
            ["groups.0.learning_rate", "groups.0.weight_decay", "groups.0.maximize", "groups.0.shrink", "groups.0.delay",
                "groups.0.rounded"],
            state.Keys);
        Shrinking loaded = new(Leaf(), new());
        loaded.LoadStateDict(state);
        Assert.Equal(saved.ParameterGroups[0].Options, loaded.ParameterGroups[0].Options);
        Assert.Equal("learning_rate 0.5, weight_decay 0, shrink 0.25, delay 3, rounded", loaded.ParameterGroups[0].Options.ToString());
    }

    [Theory]
    [InlineData("shrink", 0.0, "Shrink must be from 0.125 to 1.")]
    [InlineData("shrink", 1.5, "Shrink must be from 0.125 to 1.")]
    [InlineData("shrink", double.NaN, "Shrink must be from 0.125 to 1.")]
    [InlineData("delay", 7.0, "Delay must be less than 7.")]
    [InlineData("delay", 1e300, "do not fit")]
    [InlineData("learning_rate", -1.0, "LearningRate must be 0 or more.")]
    public void An_option_out_of_its_range_is_refused_by_name_and_nothing_is_loaded(string key, double value, string message)
    {
        Shrinking optimizer = new(Leaf(), new() { LearningRate = 0.5 });
        OrderedDictionary<string, Tensor> state = optimizer.StateDict();
        state["groups.0.weight_decay"] = Tensor.FromScalar(0.75, DType.Float64);
        state[$"groups.0.{key}"] = Tensor.FromScalar(value, DType.Float64);
        StateDictException error = Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(state));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, optimizer.ParameterGroups[0].Options.WeightDecay);
    }

    [Fact]
    public void A_record_with_a_property_that_is_no_option_is_refused_when_the_optimizer_is_made()
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => new Named(Leaf(), new()));
        Assert.Contains("NamedOptions.Label is of type String", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void The_ranges_of_the_options_hold_at_their_ends_and_refuse_what_is_beyond(string type)
    {
        Type options = typeof(Optimizer).Assembly.GetType($"DeepLearning.Optimizers.{type}")!;
        int ranges = 0;
        foreach (System.Reflection.PropertyInfo property in options.GetProperties())
        {
            if (Attribute.GetCustomAttribute(property, typeof(OptionAttribute)) is not OptionAttribute range
                || property.PropertyType != typeof(double))
            {
                continue;
            }

            ranges++;
            Assert.Null(Record.Exception(() => With(options, property, range.AtLeast)));
            double high = double.IsFinite(range.Below) ? range.Below : double.BitIncrement(range.AtMost);
            foreach (double wrong in (double[])[double.BitDecrement(range.AtLeast), double.NaN, high])
            {
                // Nothing is above an option without an upper end, or below one without a lower end.
                if (!double.IsInfinity(wrong))
                {
                    Assert.Equal(property.Name, Assert.Throws<ArgumentOutOfRangeException>(() => With(options, property, wrong)).ParamName);
                }
            }
        }

        Assert.True(ranges >= 3, $"{type} has {ranges} options with a range.");

        static void With(Type type, System.Reflection.PropertyInfo property, double value)
        {
            OptimizerOptions options = (OptimizerOptions)Activator.CreateInstance(type)!;
            property.SetValue(options, value);
            options.Validate();
        }
    }

    [Fact]
    public void A_state_of_its_own_shape_goes_on_exactly_after_a_checkpoint()
    {
        Tensor[] whole = Leaf(), resumed = Leaf();
        Shrinking optimizer = new(whole, new() { LearningRate = 0.5, Shrink = 0.5, Delay = 2 });
        Run(optimizer, whole[0], 3);
        Shrinking first = new(resumed, new() { LearningRate = 0.5, Shrink = 0.5, Delay = 2 });
        Run(first, resumed[0], 1);
        Shrinking second = new(resumed, new());
        second.LoadStateDict(first.StateDict());
        Run(second, resumed[0], 2);
        Assert.Equal(whole[0].ToArray<float>(), resumed[0].ToArray<float>());
        Assert.Equal(new Shape(), second.StateDict()["state.0.factor"].Shape);

        OrderedDictionary<string, Tensor> wrong = first.StateDict();
        wrong["state.0.factor"] = Tensor.Ones(4);
        Assert.Contains(
            "state.0.factor is [4], the state []", Assert.Throws<StateDictException>(() => second.LoadStateDict(wrong)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_is_given_twice_is_refused_in_one_group_and_in_two()
    {
        Tensor[] p = Leaf(), q = Leaf();
        Assert.Throws<ArgumentException>(() => new SGD([p[0], q[0], p[0]], 0.1));
        SGD optimizer = new(p, 0.1);
        Assert.Throws<ArgumentException>(() => optimizer.AddParameterGroup(new([q[0], p[0]], new() { LearningRate = 1 })));
        Assert.Single(optimizer.ParameterGroups);
    }

    private static void Run(Optimizer optimizer, Tensor parameter, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            parameter.Grad = Tensor.Ones(4);
            optimizer.Step();
        }
    }

    private static Tensor[] Leaf()
    {
        Tensor leaf = Tensor.Ones(4);
        leaf.RequiresGrad = true;
        return [leaf];
    }

    /// <summary>A step that becomes shorter by a factor, which is its state.</summary>
    private sealed class Shrinking(IEnumerable<Tensor> parameters, ShrinkingOptions options)
        : Optimizer<ShrinkingOptions>(parameters, options)
    {
        protected internal override IReadOnlyList<string> StateNames { get; } = ["factor"];

        protected internal override Shape StateShape(int index, Shape parameter) => new Shape();

        protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, ShrinkingOptions options)
        {
            Tensor factor = state.Get(0, initial: 1);
            parameter.SubtractInPlace(gradient * factor * options.LearningRate);
            if (state.Step >= options.Delay)
            {
                factor.MultiplyInPlace(options.Shrink);
            }
        }
    }

    private sealed record ShrinkingOptions : OptimizerOptions
    {
        [Option(AtLeast = 0.125, AtMost = 1)]
        public double Shrink { get; set; } = 1;

        [Option(Below = 7)]
        public int Delay { get; set; }

        [Option(Key = "rounded")]
        public bool IsRounded { get; set; }

        /// <summary>Computed, so no option.</summary>
        public double Half => Shrink / 2;
    }

    private sealed class Named(IEnumerable<Tensor> parameters, NamedOptions options) : Optimizer<NamedOptions>(parameters, options)
    {
        protected internal override IReadOnlyList<string> StateNames => [];

        protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, NamedOptions options)
        {
        }
    }

    private sealed record NamedOptions : OptimizerOptions
    {
        public string Label { get; set; } = "";
    }
}
