using System.Numerics;

namespace DeepLearning.Formats;

/// <summary>What a pickle has made, looked over: a tree of values, not too deep, with nothing in it that stands for Python.</summary>
internal static class PickleTree
{
    /// <summary>The deepest nesting that is read and written.</summary>
    public const int MostDepth = 256;

    public static string Describe(object? value) => value switch
    {
        null => "None",
        bool => "a truth value",
        long or BigInteger or double => "a number",
        string => "a text",
        byte[] => "bytes",
        Tensor => "a tensor",
        PyTorchDictionary => "a dictionary",
        List<object?> => "a list",
        object?[] => "a tuple",
        HashSet<object> => "a set",
        Shape => "a torch.Size",
        DType => "a dtype",
        PickleGlobal global => global.Name,
        NumPyType => "a type of NumPy",
        NumPyArray => "an array of NumPy",
        PyTorchStorage or PyTorchStorageView => "a storage",
        _ => value.GetType().Name,
    };

    /// <summary>Checks the depth, refuses values that contain themselves, and puts element types in the place of dtype objects.</summary>
    /// <exception cref="ModelFileException">A value has no place in a tree of values.</exception>
    public static object? Finish(object? root, PickleInput input)
    {
        root = Final(root, input);

        // By reference; what is finished holds the height of the tree below it, what is begun holds none.
        Dictionary<object, int> heights = new(ReferenceEqualityComparer.Instance);
        Stack<(object Node, int Next, int Height)> open = new();
        if (ChildCount(root) > 0)
        {
            Begin(root!);
        }

        while (open.TryPop(out (object Node, int Next, int Height) top))
        {
            if (top.Next == ChildCount(top.Node))
            {
                heights[top.Node] = top.Height;
                if (open.TryPop(out (object Node, int Next, int Height) parent))
                {
                    open.Push(Taller(parent, top.Height));
                }

                continue;
            }

            object? child = Final(Child(top.Node, top.Next), input);
            SetChild(top.Node, top.Next, child);
            top.Next++;
            if (ChildCount(child) == 0)
            {
                open.Push(top);
            }
            else if (!heights.TryGetValue(child!, out int height))
            {
                open.Push(top);
                Begin(child!);
            }
            else
            {
                open.Push(height >= 0 ? Taller(top, height) : throw input.Bad(input.Position, "a value contains itself."));
            }
        }

        return root;

        void Begin(object node)
        {
            heights.Add(node, -1);
            open.Push((node, 0, 1));
        }

        (object Node, int Next, int Height) Taller((object Node, int Next, int Height) parent, int child) => child < MostDepth
            ? (parent.Node, parent.Next, Math.Max(parent.Height, child + 1))
            : throw input.Bad(input.Position, $"the values are nested more than {MostDepth} deep.");
    }

    private static object? Final(object? value, PickleInput input) => value switch
    {
        PickleGlobal { Kind: GlobalKind.DType } type => type.Type is { IsWidened: false } known
            ? known.DType
            : throw input.Bad(input.Position, $"{type.Name} stands among the values; it is no element type of the library."),
        NumPyArray array => array.Tensor ?? throw input.Bad(input.Position, "an array of NumPy has no numbers: its state is missing."),
        NumPyType type => type.Stored is { IsWidened: false } known
            ? known.DType
            : throw input.Bad(input.Position, $"the type {FileContext.Quote(type.Code)} of NumPy stands among the values; it is no element "
                + "type of the library."),
        PickleGlobal or PyTorchStorage or PyTorchStorageView => throw input.Bad(
            input.Position, $"{Describe(value)} stands among the values; only tensors, dictionaries, lists, numbers and texts may."),
        _ => value,
    };

    // Keys and elements of sets are flat.
    private static int ChildCount(object? node) => node switch
    {
        PyTorchDictionary dictionary => dictionary.Count,
        List<object?> list => list.Count,
        object?[] tuple => tuple.Length,
        _ => 0,
    };

    private static object? Child(object node, int index) => node switch
    {
        PyTorchDictionary dictionary => dictionary.ValueAt(index),
        List<object?> list => list[index],
        _ => ((object?[])node)[index],
    };

    private static void SetChild(object node, int index, object? child)
    {
        switch (node)
        {
            case PyTorchDictionary dictionary:
                dictionary.SetAt(index, child);
                break;
            case List<object?> list:
                list[index] = child;
                break;
            default:
                ((object?[])node)[index] = child;
                break;
        }
    }
}
