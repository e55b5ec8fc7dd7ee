// A line that moves to the left, and the area below it: SVG, no library.

const SVG = 'http://www.w3.org/2000/svg';

export class Sparkline {
    #samples = 120;
    #values = [];

    /** @param svg with a viewBox that begins at 0 0; it is stretched to its place */
    constructor(svg, { name = 'line', least = 1, area = true } = {}) {
        const { width, height } = svg.viewBox.baseVal;
        Object.assign(this, { width, height, least });
        this.area = area ? svg.appendChild(document.createElementNS(SVG, 'path')) : null;
        this.area?.setAttribute('class', `${name} area`);
        this.line = svg.appendChild(document.createElementNS(SVG, 'path'));
        this.line.setAttribute('class', name);
    }

    get highest() {
        return Math.max(this.least, ...this.#values.filter((value) => value !== null));
    }

    /** null: not known at that time. */
    push(value) {
        this.#values.push(value);
        this.#values.splice(0, this.#values.length - this.#samples);
    }

    /** @param top the value at the upper edge */
    draw(top = this.highest) {
        const first = this.#samples - this.#values.length;
        const points = this.#values
            .map((value, index) => [((first + index) * this.width) / (this.#samples - 1), value])
            .filter(([, value]) => value !== null)
            .map(([x, value]) => [x.toFixed(1), (this.height - 1 - (value / top) * (this.height - 4)).toFixed(1)]);
        const path = points.length > 1 ? `M${points.map((point) => point.join(' ')).join('L')}` : '';
        this.line.setAttribute('d', path);
        this.area?.setAttribute('d', path && `${path}L${points.at(-1)[0]} ${this.height}L${points[0][0]} ${this.height}Z`);
    }
}
