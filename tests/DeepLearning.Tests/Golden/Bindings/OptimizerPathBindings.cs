using System.Globalization;
using System.Reflection;
using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Golden;

/// <summary>
/// The groups of optimizer_paths.py and line_search.py: paths over 200 recorded gradients, LBFGS, averages of weights, forms of clipping.
/// </summary>
internal static class OptimizerPathBindings
{
    private static readonly int[] s_recorded = [1, 2, 3, 10, 100, 101, 102, 200];

    /// <summary>Arguments whose names are not those of the options.</summary>
    private static readonly Dictionary<string, string[]> s_names = new()
    {
        ["lr"] = ["LearningRate"],
        ["betas"] = ["Beta1", "Beta2"],
        ["etas"] = ["EtaMinus", "EtaPlus"],
        ["step_sizes"] = ["StepSizeMin", "StepSizeMax"],
        ["lr_decay"] = ["LearningRateDecay"],
        ["initial_accumulator_value"] = ["InitialAccumulator"],
        ["lambd"] = ["Lambda"],
        ["line_search_fn"] = ["StrongWolfe"],
    };

    public static readonly Dictionary<string, GoldenBinding> Table = new(
    [
        .. Both<SGDOptions>("SGD", static (p, o) => new SGD(p, o), static g => new SGD(g)),
        .. Both<AdamOptions>("Adam", static (p, o) => new Adam(p, o), static g => new Adam(g)),
        .. Both<AdamOptions>("AdamW", static (p, o) => new AdamW(p, o), static g => new AdamW(g), weightDecay: 0.01),
        .. Both<NAdamOptions>("NAdam", static (p, o) => new NAdam(p, o), static g => new NAdam(g)),
        .. Both<RAdamOptions>("RAdam", static (p, o) => new RAdam(p, o), static g => new RAdam(g)),
        .. Both<AdamaxOptions>("Adamax", static (p, o) => new Adamax(p, o), static g => new Adamax(g)),
        .. Both<RMSpropOptions>("RMSprop", static (p, o) => new RMSprop(p, o), static g => new RMSprop(g)),
        .. Both<AdaGradOptions>("Adagrad", static (p, o) => new AdaGrad(p, o), static g => new AdaGrad(g)),
        .. Both<AdaDeltaOptions>("Adadelta", static (p, o) => new AdaDelta(p, o), static g => new AdaDelta(g)),
        .. Both<RpropOptions>("Rprop", static (p, o) => new Rprop(p, o), static g => new Rprop(g)),
        .. Both<ASGDOptions>("ASGD", static (p, o) => new ASGD(p, o), static g => new ASGD(g)),
        .. Both<AdafactorOptions>("Adafactor", static (p, o) => new Adafactor(p, o), static g => new Adafactor(g)),
        .. Both<LionOptions>("Lion", static (p, o) => new Lion(p, o), static g => new Lion(g)),
        .. Both<LAMBOptions>("LAMB", static (p, o) => new LAMB(p, o), static g => new LAMB(g)),
        .. Both<LARSOptions>("LARS", static (p, o) => new LARS(p, o), static g => new LARS(g)),
        .. Both<MuonOptions>("Muon", static (p, o) => new Muon(p, o), static g => new Muon(g)),
        .. Both<ScheduleFreeAdamWOptions>(
            "ScheduleFreeAdamW", static (p, o) => new ScheduleFreeAdamW(p, o), static g => new ScheduleFreeAdamW(g)),
        new("Lookahead.SGD.path", c => Path(c, p => Ahead(c, new SGD(p, Options<SGDOptions>(c))))),
        new("Lookahead.Adam.path", c => Path(c, p => Ahead(c, new Adam(p, Options<AdamOptions>(c))))),
        new("LBFGS.path", LineSearch),
        new("LBFGS.search", Search),
        new("AveragedModel", Average),
        new("clip_grad_norm_each", c => Clip(c, p => Gradients.ClipNormEach(p, c.Double("max_norm"), c.Double("norm_type")))),
        new("clip_grad_norm_groups", c => Clip(c, p => Gradients.ClipNormPerGroup(
            new SGD(new ParameterGroup<SGDOptions>(p[..2], new()), new ParameterGroup<SGDOptions>(p[2..], new())),
            c.Double("max_norm"), c.Double("norm_type")))),
        new("get_total_norm", c =>
        {
            double norm = double.NaN;
            Clip(c, p => norm = Gradients.Norm(p, c.Double("norm_type")));
            return [Tensor.FromScalar(norm, DType.Float64)];
        }),
        new("clip_grads_with_norm", c => Clip(c, p => Gradients.ClipWithNorm(p, c.Double("max_norm"), c.Double("total_norm")))),
        new("clip_grad_adaptive", c =>
        {
            Tensor[] weights = [.. c.All[..(c.All.Length / 2)].Zip(c.All[(c.All.Length / 2)..], With)];
            Gradients.ClipAdaptive(weights, c.Double("clipping"), c.Double("eps"));
            return [.. weights.Select(static w => w.Grad!)];
        }),
    ]);

    private static IEnumerable<KeyValuePair<string, GoldenBinding>> Both<TOptions>(
        string name, Func<Tensor[], TOptions, Optimizer> make, Func<ParameterGroup<TOptions>[], Optimizer> grouped, double weightDecay = 0)
        where TOptions : OptimizerOptions, new()
    {
        yield return new($"{name}.path", c => Path(c, p => make(p, Own(c))));
        yield return new($"{name}.path.groups", c => Path(c, p =>
        {
            TOptions second = Own(c);
            second.LearningRate *= 2;
            second.WeightDecay = typeof(TOptions) == typeof(RpropOptions) ? 0 : 0.05;
            return grouped([new(p[..2], Own(c)), new(p[2..], second)]);
        }));

        TOptions Own(GoldenCall c)
        {
            TOptions options = new();
            options.WeightDecay = weightDecay > 0 ? weightDecay : options.WeightDecay;
            return Options(c, options);
        }
    }

    /// <summary>The recorded options; what was not recorded is the library's default.</summary>
    private static TOptions Options<TOptions>(GoldenCall c, TOptions? start = null)
        where TOptions : OptimizerOptions, new()
    {
        TOptions options = start ?? new();
        foreach ((string argument, string[] names) in Spellings(c, typeof(TOptions)))
        {
            System.Text.Json.JsonElement[] values = c.Case.Argument(argument) is { ValueKind: System.Text.Json.JsonValueKind.Array } list
                ? [.. list.EnumerateArray()]
                : [c.Case.Argument(argument)];
            foreach ((string name, System.Text.Json.JsonElement value) in names.Zip(values))
            {
                PropertyInfo property = typeof(TOptions).GetProperty(name)!;
                property.SetValue(options, value.ValueKind switch
                {
                    System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.String => true,
                    System.Text.Json.JsonValueKind.False => false,
                    System.Text.Json.JsonValueKind.Null => double.NaN,
                    _ => Convert.ChangeType(value.GetDouble(), property.PropertyType, CultureInfo.InvariantCulture),
                });
            }
        }

        return options;
    }

    private static IEnumerable<(string Argument, string[] Names)> Spellings(GoldenCall c, Type options)
    {
        IEnumerable<(string, string[])> own = options.GetProperties().Select(static p => (ModuleFields.KeyOf(p.Name), new[] { p.Name }));
        string[] eps = options == typeof(AdafactorOptions) ? ["Eps1", "Eps2"] : ["Eps"];
        IEnumerable<(string, string[])> all = own.Append(("eps", eps)).Append(("amsgrad", ["AMSGrad"]))
            .Concat(s_names.Select(static item => (item.Key, item.Value)));
        return all.Where(item => c.Case.Has(item.Item1) && Array.TrueForAll(item.Item2, name => options.GetProperty(name) is not null))
            .DistinctBy(static item => item.Item1);
    }

    private static Tensor[] Path(GoldenCall c, Func<Tensor[], Optimizer> make)
    {
        Tensor[] parameters = [.. c[..^1].Select(static t => new Parameter(t.Clone()))];
        Optimizer optimizer = make(parameters);
        Tensor rows = c[c.All.Length - 1];
        List<Tensor> kept = [];
        for (int step = 1; step <= s_recorded[^1]; step++)
        {
            if (step == 101)
            {
                foreach (ParameterGroup group in optimizer.ParameterGroups)
                {
                    group.Options.LearningRate *= 0.5;
                }
            }

            int start = 0;
            for (int i = 0; i < parameters.Length; i++)
            {
                int count = (int)parameters[i].Count;
                Tensor part = rows[step - 1].Narrow(0, start, count).Reshape(parameters[i].Shape);
                parameters[i].Grad = i == 1 && step is >= 7 and <= 9 ? null : part;
                start += count;
            }

            optimizer.Step();
            if (s_recorded.Contains(step))
            {
                kept.AddRange(parameters.Select(static t => t.Detach().Clone()));
            }
        }

        return [.. kept];
    }

    private static Lookahead Ahead(GoldenCall c, Optimizer inner) => new(inner, c.Int("period"), c.Double("alpha"));

    /// <summary>A 3-4-1 tanh network with LBFGS, as optimizer_paths.py has it.</summary>
    private static Tensor[] LineSearch(GoldenCall c)
    {
        Tensor x = c[0], y = c[1];
        Tensor[] p = [.. c[2..].Select(static t => new Parameter(t.Clone()))];
        return Minimize(c, p, Options<LBFGSOptions>(c), () =>
        {
            Tensor error = (x.MatMul(p[0]) + p[1]).Tanh().MatMul(p[2]) + p[3] - y;
            return error.Square().Mean() + (p.Select(static t => t.Square().Sum()).Aggregate(static (a, b) => a + b) * 0.01);
        });
    }

    /// <summary>LBFGS on a function of line_search.py.</summary>
    private static Tensor[] Search(GoldenCall c)
    {
        Parameter p = new(c[0].Clone());
        return Minimize(c, [p], Options<LBFGSOptions>(c) with { StrongWolfe = true }, () => Value(c.Text("kind")).Sum());

        Tensor Value(string kind) => kind switch
        {
            "valley" => ((p[1..] - p[..^1].Square()).Square() * 100) + (1 - p[..^1]).Square(),
            "waves" => (p * 3).Sin() + (p.Square() * 0.1),
            "cone" => (p.Square() + 1e-4).Sqrt(),
            "wells" => p.Square().Square() - (p.Square() * 2) + (p * 0.3),
            "cliff" => p.Exp() - (p * 2),
            "slope" => (p.Square() + 1).Log() + (p * 0.01),
            "bowl" => p.Square() + (p.Square().Square() * 0.1),
            "wall" => ((p * 8).Exp() * 0.01) - p,
            "down" => -p.Square().Square(),
            _ => throw new NotSupportedException(kind),
        };
    }

    /// <summary>The parameters after every step of LBFGS, the losses before them, and how often the loss was computed.</summary>
    private static Tensor[] Minimize(GoldenCall c, Tensor[] parameters, LBFGSOptions options, Func<Tensor> objective)
    {
        LBFGS optimizer = new(parameters, options);
        List<Tensor> kept = [];
        List<double> losses = [];
        long calls = 0;
        for (int step = 0; step < c.Int("steps"); step++)
        {
            Tensor first = optimizer.Step(() =>
            {
                optimizer.ZeroGrad();
                calls++;
                Tensor loss = objective();
                loss.Backward();
                return loss;
            });
            losses.Add(first.Item<double>());
            kept.AddRange(parameters.Select(static t => t.Detach().Clone()));
        }

        return [.. kept, Tensor.From(losses.ToArray()), Tensor.FromScalar(calls)];
    }

    private static Tensor[] Average(GoldenCall c)
    {
        Sequential model = Net(), copy = Net();
        AveragedModel<Sequential> mean = new(
            model, copy, c.Text("average") == "swa" ? null : AveragedModel.Exponential(c.Double("decay")), c.Bool("use_buffers"));
        List<Tensor> kept = [];
        Tensor weight = model.Parameters()[0], bias = model.Parameters()[1];
        for (int i = 0; i < c[0].Size(0); i++)
        {
            weight.Detach().CopyFrom(c[1][i][..6].Reshape(2, 3));
            bias.Detach().CopyFrom(c[1][i][6..]);
            model.Forward(c[0][i]);
            mean.Update(model);
            kept.AddRange(mean.StateDict().Values.Select(static t => t.Clone()));
        }

        AveragedModel.UpdateBatchNorm(mean.Module, c[0].Unbind(), batch => mean.Module.Forward(batch));
        return [.. kept, .. mean.StateDict().Values.Select(static t => t.Clone())];

        static Sequential Net()
        {
            Sequential net = new Sequential(new Linear(3, 2), new BatchNorm1d(2)).To(DType.Float64).To(TestDevice.Current);
            net.Parameters()[0].Detach().ZeroInPlace();
            net.Parameters()[1].Detach().ZeroInPlace();
            return net;
        }
    }

    private static Tensor[] Clip(GoldenCall c, Action<Tensor[]> clip)
    {
        Tensor[] parameters = [.. c.All.Select(static g => With(Tensor.ZerosLike(g), g))];
        clip(parameters);
        return [.. parameters.Select(static p => p.Grad!)];
    }

    private static Tensor With(Tensor weight, Tensor gradient) => new Parameter(weight) { Grad = gradient.Clone() };
}
