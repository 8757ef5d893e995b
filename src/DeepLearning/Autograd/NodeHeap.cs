using System.Runtime.InteropServices;

namespace DeepLearning;

/// <summary>Nodes that wait for their turn, the deepest one first.</summary>
internal sealed class NodeHeap
{
    private readonly List<Node> _nodes = [];

    public int Count => _nodes.Count;

    /// <summary>Those that wait, in no order.</summary>
    public ReadOnlySpan<Node> Nodes => CollectionsMarshal.AsSpan(_nodes);

    public void Clear() => _nodes.Clear();

    public void Push(Node node)
    {
        List<Node> heap = _nodes;
        heap.Add(node);
        int child = heap.Count - 1;
        while (child > 0)
        {
            int parent = (child - 1) / 2;
            if (heap[parent].Depth >= node.Depth)
            {
                break;
            }

            heap[child] = heap[parent];
            child = parent;
        }

        heap[child] = node;
    }

    public Node Pop()
    {
        List<Node> heap = _nodes;
        Node top = heap[0];
        Node last = heap[^1];
        heap.RemoveAt(heap.Count - 1);
        int parent = 0;
        while ((2 * parent) + 1 < heap.Count)
        {
            int child = (2 * parent) + 1;
            if (child + 1 < heap.Count && heap[child + 1].Depth > heap[child].Depth)
            {
                child++;
            }

            if (heap[child].Depth <= last.Depth)
            {
                break;
            }

            heap[parent] = heap[child];
            parent = child;
        }

        if (heap.Count > 0)
        {
            heap[parent] = last;
        }

        return top;
    }
}
