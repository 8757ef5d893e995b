namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A view with one axis moved to another place; the others keep their order.</summary>
    /// <param name="source">The axis; negative counts from the end.</param>
    /// <param name="destination">Its place in the result; negative counts from the end.</param>
    /// <exception cref="ShapeException">An axis is out of range.</exception>
    public Tensor MoveAxis(int source, int destination) => MoveAxis([source], [destination]);

    /// <summary>A view with some axes moved to other places; the others keep their order.</summary>
    /// <param name="sources">The axes; negative counts from the end.</param>
    /// <param name="destinations">Their places in the result; negative counts from the end.</param>
    /// <exception cref="ShapeException">An axis is out of range or stands twice, or the numbers of axes differ.</exception>
    public Tensor MoveAxis(ReadOnlySpan<int> sources, ReadOnlySpan<int> destinations)
    {
        if (sources.Length != destinations.Length)
        {
            throw new ShapeException(
                $"MoveAxis: {sources.Length} axes {Shape.Format(sources)} cannot move to {destinations.Length} places "
                + $"{Shape.Format(destinations)}.");
        }

        int[] order = new int[Rank];
        Array.Fill(order, -1);
        List<int> rest = [.. Enumerable.Range(0, Rank)];
        for (int i = 0; i < sources.Length; i++)
        {
            int from = Shape.Axis(sources[i], Rank, "MoveAxis"), to = Shape.Axis(destinations[i], Rank, "MoveAxis");
            if (Rank == 0)
            {
                continue;
            }

            if (!rest.Remove(from) || order[to] >= 0)
            {
                throw new ShapeException(
                    $"MoveAxis: an axis stands twice in {Shape.Format(sources)} or {Shape.Format(destinations)} for a tensor {Shape}.");
            }

            order[to] = from;
        }

        int next = 0;
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = order[i] >= 0 ? order[i] : rest[next++];
        }

        return Permute(order);
    }

    /// <summary>A view with two axes exchanged; another name of <see cref="Transpose"/>.</summary>
    /// <param name="first">One axis; negative counts from the end.</param>
    /// <param name="second">The other.</param>
    /// <exception cref="ShapeException">An axis is out of range.</exception>
    public Tensor SwapAxes(int first, int second) => Transpose(first, second);
}
