namespace DeepLearning.Layers;

/// <summary>Joins a run of axes into one: [N, C, H, W] → [N, C·H·W] by default.</summary>
/// <param name="startAxis">The first axis of the run; negative counts from the end.</param>
/// <param name="endAxis">The last axis of the run.</param>
public sealed class Flatten(int startAxis = 1, int endAxis = -1) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => startAxis == 1 && endAxis == -1 ? "" : $"axes {startAxis}..{endAxis}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Flatten(startAxis, endAxis);
}
