namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Pictures of discs, squares and triangles on a noisy ground, with what a network is to find in them: each pixel's kind, and each shape's
/// box.
/// </summary>
/// <param name="Images">[n, 3, side, side], from 0 to 1.</param>
/// <param name="Masks">Each pixel's kind, [n, side, side]: 0 is the ground, 1 a disc, 2 a square, 3 a triangle.</param>
/// <param name="Boxes">Of each picture the boxes of its shapes, [shapes, 4]: left, top, right, bottom.</param>
/// <param name="Kinds">Of each picture the kinds of its shapes, [shapes], from 0.</param>
internal sealed record DrawnShapes(Tensor Images, Tensor Masks, IReadOnlyList<Tensor> Boxes, IReadOnlyList<Tensor> Kinds)
{
    public static IReadOnlyList<string> Names { get; } = ["disc", "square", "triangle"];

    /// <summary>Draws pictures of one to three shapes, of any color, which do not cover one another.</summary>
    public static DrawnShapes Draw(int count, int side, Generator random)
    {
        float[] pixels = new float[count * 3 * side * side];
        long[] mask = new long[count * side * side];
        Tensor[] boxes = new Tensor[count], kinds = new Tensor[count];
        for (int image = 0; image < count; image++)
        {
            float[] ground = [Share(), Share(), Share()];
            for (int i = 0; i < 3 * side * side; i++)
            {
                pixels[(image * 3 * side * side) + i] = (0.7f * ground[i / (side * side)]) + (0.15f * Share());
            }

            List<float[]> placed = [];
            List<long> drawn = [];
            int wanted = 1 + Whole(3);
            for (int tries = 0; tries < 30 && placed.Count < wanted; tries++)
            {
                float size = (0.2f + (0.2f * Share())) * side, left = Share() * (side - size), top = Share() * (side - size);
                float[] box = [left, top, left + size, top + size];
                if (placed.Any(other => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]))
                {
                    continue;
                }

                int kind = Whole(Names.Count);
                placed.Add(box);
                drawn.Add(kind);
                Fill(image, kind, box, [1 - (0.5f * Share()), Share(), 1 - ground[2]]);
            }

            boxes[image] = Tensor.From([.. placed.SelectMany(static box => box)], placed.Count, 4);
            kinds[image] = Tensor.From([.. drawn]);
        }

        return new DrawnShapes(Tensor.From(pixels, count, 3, side, side), Tensor.From(mask, count, side, side), boxes, kinds);

        float Share() => (float)random.NextDouble();

        int Whole(int below) => (int)(random.NextDouble() * below);

        void Fill(int image, int kind, float[] box, float[] color)
        {
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                {
                    // A pixel's middle, from −1 to 1 within the box.
                    float u = ((2 * (x + 0.5f - box[0])) / (box[2] - box[0])) - 1, v = ((2 * (y + 0.5f - box[1])) / (box[3] - box[1])) - 1;
                    bool inside = kind switch
                    {
                        0 => (u * u) + (v * v) <= 1,
                        1 => Math.Abs(u) <= 1 && Math.Abs(v) <= 1,
                        _ => Math.Abs(v) <= 1 && Math.Abs(u) <= (v + 1) / 2,
                    };
                    if (inside)
                    {
                        mask[(((image * side) + y) * side) + x] = kind + 1;
                        for (int channel = 0; channel < 3; channel++)
                        {
                            pixels[(((((image * 3) + channel) * side) + y) * side) + x] = color[channel];
                        }
                    }
                }
            }
        }
    }

    /// <summary>A picture with frames drawn around boxes [n, 4], each of a color, [3, side, side].</summary>
    public static Tensor Framed(Tensor image, Tensor boxes, Func<int, (double R, double G, double B)> color)
    {
        Tensor framed = image.Clone();
        int side = image.Size(-1);
        float[] corners = boxes.ToArray<float>();
        for (int i = 0; i < boxes.Size(0); i++)
        {
            int[] box = [.. Enumerable.Range(0, 4).Select(edge => Math.Clamp((int)MathF.Round(corners[(4 * i) + edge]), 0, side - 1))];
            Tensor paint = Tensor.From([(float)color(i).R, (float)color(i).G, (float)color(i).B], 3, 1, 1);
            framed[.., box[1]..(box[1] + 1), box[0]..(box[2] + 1)] = paint;
            framed[.., box[3]..(box[3] + 1), box[0]..(box[2] + 1)] = paint;
            framed[.., box[1]..(box[3] + 1), box[0]..(box[0] + 1)] = paint;
            framed[.., box[1]..(box[3] + 1), box[2]..(box[2] + 1)] = paint;
        }

        return framed;
    }
}
