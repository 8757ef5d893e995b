namespace DeepLearning.Workloads;

/// <summary>One workload of the race: a name, what a step does, and how its time is reported.</summary>
internal abstract class Workload
{
    /// <summary>ms_per_step, gflops or gb_per_s.</summary>
    public abstract string Metric { get; }

    /// <summary>What a step's seconds are related to: 1e3, or the operations or bytes of a step.</summary>
    public abstract double Scale { get; }

    public abstract void Step();

    /// <summary>What the workload computes, from the start.</summary>
    public abstract IEnumerable<Tensor> Results();

    /// <summary>The reported figure for the seconds of one step.</summary>
    public double Figure(double seconds) => Metric == "ms_per_step" ? seconds * Scale : Scale / seconds / 1e9;
}

/// <summary>A kernel: one call of an operation.</summary>
internal sealed class Kernel(string metric, double scale, Func<Tensor> call) : Workload
{
    public override string Metric => metric;

    public override double Scale => scale;

    public override void Step()
    {
        using TensorScope scope = new();
        call();
    }

    public override IEnumerable<Tensor> Results() => [call()];
}

/// <summary>Inference: one forward pass of a model in eval mode.</summary>
internal sealed class Inference(Func<Tensor> forward) : Workload
{
    public override string Metric => "ms_per_step";

    public override double Scale => 1e3;

    public override void Step()
    {
        using TensorScope scope = new();
        using (GradMode.Inference())
        {
            forward();
        }
    }

    public override IEnumerable<Tensor> Results()
    {
        using (GradMode.NoGrad())
        {
            return [forward()];
        }
    }
}
