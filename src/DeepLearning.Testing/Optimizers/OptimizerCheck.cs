using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Testing;

/// <summary>The aspects of an optimizer, one after the other.</summary>
internal sealed class OptimizerCheck(Func<IEnumerable<Tensor>, Optimizer> make, OptimizerCheckOptions options)
{
    public void Run()
    {
        AspectRun run = new(nameof(CheckOptimizer), Describe(), options);
        if (run.Run(Aspect.Forward, () => New().Step(2)))
        {
            run.Run(Aspect.Descent, Descends);
            run.Run(Aspect.Modes, IsDeterministic);
            run.Run(Aspect.SaveAndLoad, GoesOn);
            run.Run(Aspect.Groups, Groups);
            run.Run(Aspect.NoGradient, NoGradient);
            run.Run(Aspect.DTypes, DTypesAgree);
            run.Run(Aspect.Printing, Printing);
            run.Run(Aspect.Errors, Errors);
        }

        run.Finish();
    }

    private Quadratic New(DType dtype = DType.Float64, Range? parts = null) => new(make, options, dtype, parts);

    private string Describe()
    {
        try
        {
            return New().Optimizer.GetType().Name;
        }
        catch (Exception e)
        {
            throw new CheckException($"{nameof(CheckOptimizer)}: the optimizer cannot be made: {e.GetType().Name}: {e.Message}");
        }
    }

    private void Descends()
    {
        Quadratic problem = New();
        double first = problem.Loss();
        problem.Step(options.Steps);
        double last = problem.Loss();
        if (!(last <= first * options.Share))
        {
            throw new CheckException(
                $"in {options.Steps} steps the loss of a quadratic goes from {first} to {last}, which is not below {options.Share} of it");
        }
    }

    private void IsDeterministic()
    {
        Quadratic first = New(), second = New();
        first.Step(5);
        second.Step(5);
        RequireSame(first.Values(), second.Values(), "the second of two equal runs");
    }

    private void GoesOn()
    {
        foreach (DType dtype in (DType[])[DType.Float64, .. options.DTypes])
        {
            Quadratic original = New(dtype);
            original.Step(4);
            original.Optimizer.LearningRate *= 0.75;
            original.Step();
            Dictionary<string, Tensor> state = [];
            foreach ((string key, Tensor value) in original.Optimizer.StateDict())
            {
                state[key] = value.Clone();
            }

            Quadratic resumed = New(dtype);
            using (GradMode.NoGrad())
            {
                foreach ((Tensor own, Tensor value) in resumed.Parameters.Zip(original.Values()))
                {
                    own.CopyFrom(value);
                }
            }

            resumed.Optimizer.LoadStateDict(state);
            original.Step(5);
            resumed.Step(5);
            RequireSame(
                original.Values(), resumed.Values(), $"5 steps ({dtype.Name()}) after its state was loaded into a new optimizer");
            string[] keys = [.. original.Optimizer.StateDict().Keys], own2 = [.. resumed.Optimizer.StateDict().Keys];
            if (!keys.SequenceEqual(own2))
            {
                throw new CheckException($"its state has the keys {string.Join(", ", own2)} after loading, not {string.Join(", ", keys)}");
            }
        }
    }

    private void Groups()
    {
        Quadratic together = New();
        together.Step(6);
        Tensor[] values = together.Values();
        for (int i = 0; i < values.Length; i++)
        {
            Quadratic alone = New(parts: i..(i + 1));
            alone.Step(6);
            TensorAssert.Same(values[i], alone.Values()[0], $"parameter {i}, alone in its optimizer, comes out otherwise");
        }

        Tensor[] listed = [.. together.Optimizer.ParameterGroups.SelectMany(static group => group.Parameters)];
        if (!listed.SequenceEqual(together.Parameters, ReferenceEqualityComparer.Instance))
        {
            throw new CheckException("its parameter groups do not list the parameters given");
        }

        // A group of its own learning rate: 0 leaves its parameters where they are.
        Quadratic still = New();
        foreach (ParameterGroup group in still.Optimizer.ParameterGroups)
        {
            group.Options.LearningRate = 0;
        }

        Tensor[] before = still.Values();
        still.Step(3);
        RequireSame(before, still.Values(), "with a learning rate of 0 in its group, a parameter moves");
    }

    private void NoGradient()
    {
        Quadratic problem = New();
        problem.Unused.Add(1);
        Tensor[] before = problem.Values();
        problem.Step(3);
        Tensor[] after = problem.Values();
        TensorAssert.Same(before[1], after[1], "a parameter without a gradient moves");
        if (TensorDifference.Elementwise(before[0], after[0], 0, 0).IsClose)
        {
            throw new CheckException("where another parameter has no gradient, those that have one do not move");
        }

        problem.Evaluate();
        Tensor[] gradients = [.. problem.Parameters.Select(static p => p.Grad).OfType<Tensor>().Select(static g => g.Clone())];
        if (options.TakeStep is null)
        {
            problem.Optimizer.Step();
            RequireSame(gradients, [.. problem.Parameters.Select(static p => p.Grad).OfType<Tensor>()], "a step changes a gradient");
        }

        problem.Optimizer.ZeroGrad();
        if (problem.Parameters.Any(static p => p.Grad is not null))
        {
            throw new CheckException("ZeroGrad leaves a gradient");
        }
    }

    private void DTypesAgree()
    {
        Quadratic wide = New();
        wide.Step(4);
        foreach (DType dtype in options.DTypes)
        {
            double tolerance = dtype switch
            {
                DType.Float32 => 1e-5,
                DType.Float16 => 4e-3,
                DType.BFloat16 => 3e-2,
                _ => throw new ArgumentException($"{dtype.Name()} is not compared with float64."),
            };
            Quadratic narrow = New(dtype);
            narrow.Step(4);
            for (int i = 0; i < wide.Parameters.Length; i++)
            {
                if (narrow.Parameters[i].DType != dtype)
                {
                    throw new CheckException($"a parameter of {dtype.Name()} becomes {narrow.Parameters[i].DType.Name()}");
                }

                TensorAssert.CloseInNorm(
                    wide.Values()[i], narrow.Values()[i].To(DType.Float64), tolerance, tolerance,
                    $"after 4 steps in {dtype.Name()}, compared with float64, parameter {i}");
            }
        }
    }

    private void Printing()
    {
        Optimizer optimizer = New().Optimizer;
        if (!optimizer.ToString().Contains(optimizer.GetType().Name, StringComparison.Ordinal))
        {
            throw new CheckException($"the text '{optimizer}' does not name the type, {optimizer.GetType().Name}");
        }
    }

    private void Errors()
    {
        Require<ArgumentException>("no parameters", static (_, make) => make([]));
        Require<ArgumentException>(
            "a parameter given twice", static (problem, make) => make([problem.Parameters[0], problem.Parameters[0]]));
        Require<ArgumentException>("whole numbers as a parameter", static (_, make) => make([Tensor.Zeros([2], DType.Int64)]));
        Require<StateDictException>("a state with an unknown key", static (problem, _) => problem.Optimizer.LoadStateDict(
            new Dictionary<string, Tensor>(problem.Optimizer.StateDict()) { ["state.0.nothing"] = Tensor.Zeros(1) }));
        Require<StateDictException>("an empty state", static (problem, _) => problem.Optimizer.LoadStateDict(
            new Dictionary<string, Tensor>()));
    }

    private void Require<TException>(string what, Action<Quadratic, Func<IEnumerable<Tensor>, Optimizer>> action)
        where TException : Exception
    {
        Quadratic problem = New(), other = New();
        problem.Step(2);
        other.Step(2);
        try
        {
            action(problem, make);
        }
        catch (TException e)
        {
            if (!e.Message.Contains(problem.Optimizer.GetType().Name, StringComparison.Ordinal))
            {
                throw new CheckException($"{what}: the error does not name {problem.Optimizer.GetType().Name}: {e.Message}");
            }

            problem.Step(2);
            other.Step(2);
            RequireSame(other.Values(), problem.Values(), $"though {what} was refused, the steps after it");
            return;
        }
        catch (Exception e)
        {
            throw new CheckException($"{what}: the error is {e.GetType().Name}, not {typeof(TException).Name}: {e.Message}");
        }

        throw new CheckException($"{what}: it is not refused");
    }

    private static void RequireSame(Tensor[] expected, Tensor[] actual, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            TensorAssert.Same(expected[i], actual[i], $"{what}, parameter {i}");
        }
    }
}
