namespace DeepLearning.Workloads;

/// <summary>One workload of the race: a name, what a step does, and how its time is reported.</summary>
internal abstract class Workload
{
    /// <summary>ms_per_step, gflops or gb_per_s.</summary>
    public abstract string Metric { get; }

    /// <summary>What a step's seconds are related to: 1e3, or the operations or bytes of a step.</summary>
    public abstract double Scale { get; }

    /// <summary>The threads of a workload that says how many; null for as many as the program was given.</summary>
    public virtual int? Threads => null;

    /// <summary>What a step has to do at least.</summary>
    public abstract Work Work { get; }

    public abstract void Step();

    /// <summary>What the workload computes, from the start.</summary>
    public abstract IEnumerable<Tensor> Results();

    /// <summary>The reported figure for the seconds of one step.</summary>
    public double Figure(double seconds) => Metric == "ms_per_step" ? seconds * Scale : Scale / seconds / 1e9;

    /// <summary>The seconds of one step for the reported figure.</summary>
    public double Seconds(double figure) => Metric == "ms_per_step" ? figure / Scale : Scale / figure / 1e9;
}

/// <summary>A kernel: one call of an operation, reported by its multiply-adds or by its bytes.</summary>
internal sealed class Kernel(string metric, Work work, Func<Tensor> call, int? threads = null) : Workload
{
    public override string Metric => metric;

    public override double Scale => metric == "gflops" ? work.Operations : work.Bytes;

    public override int? Threads => threads;

    public override Work Work => work;

    public override void Step()
    {
        using TensorScope scope = new();
        call();
    }

    public override IEnumerable<Tensor> Results() => [call()];
}

/// <summary>Inference: one forward pass of a model in eval mode.</summary>
internal sealed class Inference(Func<Tensor> forward, Func<Work> work) : Workload
{
    public override Work Work => work();

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
