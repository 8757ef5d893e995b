using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>What all blocks over graphs refuse.</summary>
internal static class GraphChecks
{
    /// <summary>Refuses nodes that are not [nodes, channels] of a floating-point type, and a graph without a node.</summary>
    public static void Nodes(string block, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 2)
        {
            throw new ShapeException($"{block}: x {x.Shape} does not fit; it must be [nodes, channels].");
        }

        if (x.Size(0) == 0)
        {
            throw new ShapeException($"{block}: x {x.Shape} is an empty graph; it must have at least one node.");
        }

        if (!x.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{block}: x is of a floating-point type, not {x.DType.Name()}.");
        }
    }

    /// <summary>Refuses edges that are not [2, edges] of whole numbers from 0 to below the number of nodes.</summary>
    public static void Edges(string block, Tensor edges, int nodes)
    {
        ArgumentNullException.ThrowIfNull(edges);
        if (edges.Rank != 2 || edges.Size(0) != 2)
        {
            throw new ShapeException($"{block}: edges {edges.Shape} do not fit; they must be [2, edges], sources above targets.");
        }

        Numbers(block, edges, "edges", "nodes", nodes);
    }

    /// <summary>Refuses numbers that are not whole, or not from 0 to below the number of what they count.</summary>
    public static void Numbers(string block, Tensor numbers, string argument, string what, int count)
    {
        if (numbers.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException($"{block}: {argument} are numbers of {what}, of int64 or int32, not of {numbers.DType.Name()}.");
        }

        if (numbers.Count == 0)
        {
            return;
        }

        long least = numbers.Min().To(DType.Int64).Item<long>(), greatest = numbers.Max().To(DType.Int64).Item<long>();
        if (least < 0 || greatest >= count)
        {
            throw new IndexException(
                $"{block}: {argument} name {what} from {least} to {greatest}, and there are {count}; they must be from 0 to {count - 1}.");
        }
    }

    /// <summary>Refuses weights that are not one floating-point number an edge.</summary>
    public static void Weights(string block, Tensor? weight, Tensor edges)
    {
        if (weight is null)
        {
            return;
        }

        if (weight.Rank != 1 || weight.Size(0) != edges.Size(1))
        {
            throw new ShapeException($"{block}: edgeWeight {weight.Shape} does not fit; it must be [{edges.Size(1)}], one for each edge.");
        }

        if (!weight.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{block}: edgeWeight is of a floating-point type, not {weight.DType.Name()}.");
        }
    }

    /// <summary>Refuses a weight below 0, whose degree may have no root.</summary>
    public static void NotNegative(string block, Tensor? weight)
    {
        if (weight is not null && weight.Detach().Less(0).Any().Item<bool>())
        {
            throw new ArgumentException(
                $"{block}: an edgeWeight is negative; weights that are normalized by the roots of degrees must be 0 or more.");
        }
    }

    /// <summary>Refuses nodes that do not have a layer's channels.</summary>
    public static void Channels(Module block, Tensor x, int channels)
    {
        if (x.Size(1) != channels)
        {
            throw new ShapeException($"{block.Kind}: x {x.Shape} does not fit; it must be [nodes, {channels}].");
        }
    }
}
